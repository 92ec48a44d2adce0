package dev.evertoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that {@link FaultReportTest} runs; the build does not pick them up by their names. */
final class FaultSamples {
    private FaultSamples() {}

    static class Methods {
        @Test
        @Fault("A1")
        void passes() {}

        @Test
        @Fault({"A2", "A3"})
        void fails() {
            throw new IllegalStateException("two\tPOSTs\nfor one account");
        }

        @Test
        @Fault("A4")
        @Disabled("not built yet")
        void isDisabled() {}

        @Test
        @Fault("A5")
        void isAborted() {
            assumeTrue(false, "no second disk");
        }

        @Test
        void hasNoFault() {}

        @ParameterizedTest
        @ValueSource(ints = {1, 2})
        @Fault("A6")
        void failsOnceIn(int number) {
            assertThat(number).isEqualTo(1);
        }

        @TestFactory
        @Fault("A7")
        Stream<DynamicTest> makesOne() {
            return Stream.of(DynamicTest.dynamicTest("made", () -> {}));
        }
    }

    @Fault("B1")
    static class OnTheClass {
        @Test
        void passes() {}

        @Nested
        class Inside {
            @Test
            @Fault("B2")
            void passesToo() {}
        }
    }

    @Fault("C1")
    abstract static class Contract {
        @Test
        @Fault("C2")
        void holds() {}
    }

    static class Kept extends Contract {}

    static class Unencodable {
        @TestFactory
        @Fault("F1")
        Stream<DynamicTest> makesOne() {
            return Stream.of(DynamicTest.dynamicTest("half \uD83D of \uD83D\uDE42", () -> {}));
        }
    }

    @Disabled("no server here")
    static class WhollyDisabled {
        @Test
        @Fault("D1")
        void neverRuns() {}
    }

    static class BrokenBefore {
        @BeforeAll
        static void breaks() {
            throw new IllegalStateException("no port");
        }

        @Test
        @Fault("E1")
        void neverRuns() {}
    }
}
