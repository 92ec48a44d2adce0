package dev.evertoken.faults;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the rows of the fault plan that a test proves, for example {@code @Fault("A7")}. On a class it applies to each
 * of its tests, including those of nested classes.
 *
 * <p>The annotation does not change the execution of the test; {@link FaultReport} reads it when the test has ended.
 * Immutable.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Fault {
    /** Ids of the fault plan: a letter for the group, followed by a number. */
    String[] value();
}
