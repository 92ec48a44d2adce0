package dev.evertoken.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test of a class mock providers of its own, as parameters of the test or of {@code @BeforeEach}.
 *
 * <p>Parameters may be {@link MockProviders}, {@code @ProviderId("strava") MockProvider} and, with {@link
 * #manualClock}, {@link ManualClock}. Asked for in {@code @BeforeAll} or a constructor that serves the whole
 * class, they are shared by its tests. Immutable.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(MockProvidersExtension.class)
public @interface WithMockProviders {

    /** Tells whether the providers live in a {@link ManualClock} that the test moves; else in the machine's time. */
    boolean manualClock() default false;
}
