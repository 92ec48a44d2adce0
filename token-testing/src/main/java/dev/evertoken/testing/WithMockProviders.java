package dev.evertoken.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Provides each test of a class with its own mock providers, as parameters of the test or of {@code @BeforeEach}.
 *
 * <p>Parameters may be {@link MockProviders}, {@code @ProviderId("strava") MockProvider} and, with {@link
 * #manualClock}, {@link ManualClock}. Parameters of {@code @BeforeAll} or of the constructor of a per-class instance
 * are shared by the tests of the class. Immutable.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@SuppressWarnings("exports") // JUnit creates the extension; no test names it.
@ExtendWith(MockProvidersExtension.class)
public @interface WithMockProviders {

    /** Returns whether the providers use a {@link ManualClock} that the test advances, instead of the system time. */
    boolean manualClock() default false;
}
