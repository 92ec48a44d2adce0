package dev.evertoken.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static dev.evertoken.architecture.Reports.assertReports;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Date;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Only one class reads the system clock, and no class sleeps or prints to the console. */
class AmbientTest {
    /** The only class that may read the system clock. */
    private static final String CLOCK = "dev.evertoken.spi.SystemTimekeeper";

    private static final ArchRule ONLY_ONE_CLASS_READS_THE_CLOCK =
            noClasses().that().doNotHaveFullyQualifiedName(CLOCK).should().accessTargetWhere(readsTheSystemClock());

    private static final ArchRule NO_CODE_SLEEPS = noClasses().should().accessTargetWhere(sleeps());

    private static final ArchRule NOTHING_IS_PRINTED = noClasses().should().accessTargetWhere(prints());

    @Test
    void onlyOneClassReadsTheClock() {
        ONLY_ONE_CLASS_READS_THE_CLOCK.check(MainCode.classes());
        assertReports(
                ONLY_ONE_CLASS_READS_THE_CLOCK,
                "java.time.Instant.now()",
                "java.lang.System.currentTimeMillis()",
                "java.lang.System.nanoTime()",
                "java.time.Clock.systemUTC()",
                "java.time.InstantSource.system()",
                "java.util.Date.<init>()");
    }

    @Test
    void noCodeSleeps() {
        NO_CODE_SLEEPS.check(MainCode.classes());
        assertReports(NO_CODE_SLEEPS, "java.lang.Thread.sleep(long)", "java.util.concurrent.TimeUnit.sleep(long)");
    }

    @Test
    void nothingIsPrinted() {
        NOTHING_IS_PRINTED.check(MainCode.classes());
        assertReports(
                NOTHING_IS_PRINTED,
                "java.lang.System.out",
                "java.lang.System.err",
                "java.lang.IllegalStateException.printStackTrace()");
    }

    private static DescribedPredicate<JavaAccess<?>> readsTheSystemClock() {
        return describe("reads the system clock", access -> {
            String name = access.getTarget().getName();
            if (isOn(access, System.class)) {
                return Set.of("currentTimeMillis", "nanoTime").contains(name);
            }
            if (isOn(access, Clock.class) || isOn(access, InstantSource.class)) {
                return name.startsWith("system") || name.startsWith("tick");
            }
            if (isOn(access, Date.class)) {
                return isConstructorWithoutArguments(access);
            }
            return access.getTargetOwner().getPackageName().startsWith("java.time") && name.equals("now");
        });
    }

    private static DescribedPredicate<JavaAccess<?>> sleeps() {
        return describe(
                "sleeps",
                access -> access.getTarget().getName().equals("sleep")
                        && access.getTargetOwner().getPackageName().startsWith("java."));
    }

    private static DescribedPredicate<JavaAccess<?>> prints() {
        return describe("prints", access -> {
            String name = access.getTarget().getName();
            return isOn(access, System.class)
                    ? Set.of("out", "err").contains(name)
                    : name.equals("printStackTrace") && access.getTargetOwner().isAssignableTo(Throwable.class);
        });
    }

    private static boolean isOn(JavaAccess<?> access, Class<?> owner) {
        return access.getTargetOwner().isEquivalentTo(owner);
    }

    private static boolean isConstructorWithoutArguments(JavaAccess<?> access) {
        return access.getTarget() instanceof CodeUnitAccessTarget unit
                && unit.getName().equals("<init>")
                && unit.getRawParameterTypes().isEmpty();
    }
}
