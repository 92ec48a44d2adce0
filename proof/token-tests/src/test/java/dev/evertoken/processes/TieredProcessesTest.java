package dev.evertoken.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.CrashPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes with separate fallbacks over one authority. */
class TieredProcessesTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final String TOKEN_COMMAND = "token acme/anna";

    private final Timekeeper time = Timekeeper.system();
    private SharedHost host;

    @BeforeEach
    void connect(@TempDir Path folder) {
        host = new SharedHost(folder);
        Tokens here = host.here();
        host.connectExpired(here, ANNA);
    }

    @AfterEach
    void close() throws Exception {
        host.close();
        time.close();
    }

    private ChildJvm process(String fallback) {
        ChildJvm child = host.start(start -> start.property(TokenProcess.FALLBACK, fallback));
        child.awaitLine("open");
        return child;
    }

    private Optional<Long> copied(String fallback) {
        return host.setup.copies(fallback, time).load(ANNA).map(TokenRecord::generation);
    }

    private void awaitCopy(String fallback, long generation) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!copied(fallback).equals(Optional.of(generation))) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    @Test
    @Fault({"A2", "F4"})
    void ofTwoProcessesOneRefreshesAndBothFallbacksAreUpdated() {
        List<ChildJvm> both = List.of(process("a"), process("b"));

        both.forEach(child -> child.send(TOKEN_COMMAND));

        assertThat(both).allMatch(child -> child.awaitLine(TOKEN_COMMAND).endsWith("GENERATION 2"));
        assertThat(host.posts(ANNA)).isEqualTo(1);
        awaitCopy("a", 2);
        awaitCopy("b", 2);
    }

    @Test
    @Fault("F4")
    void aCopyThatACrashedProcessDidNotWriteIsWrittenByTheNextOne() {
        ChildJvm crashing =
                host.start(start -> start.property(TokenProcess.FALLBACK, "c").crash("HALT AFTER_SAVE"));
        crashing.awaitLine("open");
        crashing.send(TOKEN_COMMAND);
        assertThat(crashing.awaitEnd()).as("%s", crashing.errors()).isEqualTo(CrashPoints.HALTED);
        assertThat(copied("c")).isNotEqualTo(Optional.of(2L));

        ChildJvm next = process("c");

        awaitCopy("c", 2);
        assertThat(SharedHost.ask(next, TOKEN_COMMAND)).isEqualTo("GENERATION 2");
        assertThat(host.posts(ANNA)).isEqualTo(1);
    }
}
