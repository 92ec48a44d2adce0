package dev.evertoken.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Selects the {@link MockProvider} of a test's parameter. Immutable. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ProviderId {
    /** The id, for example {@code google}, {@code strava} or {@code acme}. */
    String value();
}
