package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Child processes exchange lines with the test, crash at the given point and never outlive the test. */
class ChildJvmTest {

    @Test
    void aChildExchangesLinesAndExits() {
        try (ChildJvm child = ChildJvm.of(CrashingProgram.class).start("one", "two")) {
            assertThat(child.readLine()).isEqualTo("arguments one two");
            child.awaitLine("READY");
            child.send("GO");
            child.awaitLine("saved");
            child.send("good bye");

            assertThat(child.readLine()).isEqualTo("heard good bye");
            assertThat(child.awaitEnd()).isZero();
        }
    }

    @Test
    void aChildHaltsAtItsCrashPointAndNotBefore() {
        try (ChildJvm child =
                ChildJvm.of(CrashingProgram.class).crash("HALT BEFORE_SAVE").start()) {
            child.awaitLine("READY");
            child.send("GO");

            assertThat(child.awaitEnd()).isEqualTo(CrashPoints.HALTED);
            child.awaitLine("claimed");
            assertThatThrownBy(() -> child.awaitLine("saved")).hasMessageContaining("the child has exited");
        }
    }

    /** Writes the environment variable that its argument names. */
    static final class Reader {
        public static void main(String[] args) {
            TestProcessLink.ofThisProcess().writeLine(System.getenv(args[0]));
        }
    }

    @Test
    void aChildReadsItsEnvironmentVariables() {
        ChildJvm.Start start = ChildJvm.of(Reader.class).environment("EVERTOKEN_SAMPLE", "a b=c");
        try (ChildJvm child = start.start("EVERTOKEN_SAMPLE")) {
            assertThat(child.readLine()).isEqualTo("a b=c");
        }
    }

    @Test
    void aKilledChildHasExited() {
        ChildJvm child = ChildJvm.of(CrashingProgram.class).start();
        child.awaitLine("READY");

        child.kill();

        assertThat(child.isAlive()).isFalse();
        assertThat(child.awaitEnd()).isEqualTo(137);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no signal that stops a process")
    void aResumedChildContinues() {
        try (ChildJvm child = ChildJvm.of(CrashingProgram.class).start()) {
            child.awaitLine("READY");
            child.suspend();
            child.send("GO");
            assertThat(child.isAlive()).isTrue();

            child.resume();

            child.awaitLine("saved");
        }
    }

    @Test
    void theErrorOfAFailedProgramIsInTheAssertionMessage() {
        try (ChildJvm child =
                ChildJvm.of(CrashingProgram.class).crash("HALT NOWHERE").start()) {
            child.awaitLine("READY");
            child.send("GO");
            child.awaitEnd();

            assertThatThrownBy(() -> child.awaitLine("loaded"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("crash \"HALT NOWHERE\" is not \"MODE POINT\" or \"MODE POINT n\"");
        }
    }

    @Test
    void twoProcessesAreStartedTogether(@TempDir Path folder) {
        try (TwoProcesses two = TwoProcesses.start(CrashingProgram.class, folder, "more")) {
            assertThat(two.a().readLine()).isEqualTo("arguments " + folder + " a more");
            assertThat(two.b().readLine()).isEqualTo("arguments " + folder + " b more");

            two.go();

            two.both().forEach(child -> child.awaitLine("saved"));
        }
    }
}
