package dev.evertoken.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says which {@link MockProvider} a parameter of a test is. Immutable. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface ProviderId {
    /** {@code google}, {@code strava} or {@code acme}. */
    String value();
}
