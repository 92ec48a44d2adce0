package dev.evertoken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** The limits of a client on the newest JDK of this machine, whatever the threads are. */
class NewestJdkTest {

    /** The first version with virtual threads. */
    private static final int VIRTUAL_THREADS = 21;

    @Test
    @Fault("L1")
    void theLimitsHoldOnTheNewestJdkForAllKindsOfThreads(TestReporter reporter) {
        InstalledJdk newest = InstalledJdk.newest();
        try (ChildJvm child =
                ChildJvm.of(BusyClientProcess.class).javaHome(newest.home()).start()) {
            assertThat(child.readLine()).isEqualTo("java " + newest.feature());
            assertThat(child.readLine()).isEqualTo("library: 64 calls, 0 tasks, generation 2");
            assertThat(child.readLine()).isEqualTo("platform: 64 calls, 64 tasks, generation 2");
            if (newest.feature() >= VIRTUAL_THREADS) {
                assertThat(child.readLine()).isEqualTo("virtual: 64 calls, 64 tasks, generation 2");
            }
            assertThat(child.readLine()).isEqualTo("end");
        }
        reporter.publishEntry(
                "ran on",
                "Java " + newest.feature() + " at " + newest.home()
                        + (newest.feature() >= VIRTUAL_THREADS
                                ? ", with virtual threads"
                                : ", the newest JDK of this machine, which has no virtual threads"));
    }
}
