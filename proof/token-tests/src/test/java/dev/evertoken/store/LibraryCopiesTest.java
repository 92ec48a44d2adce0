package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web applications of one server, each with its own copy of the library, that share a folder of tokens. */
class LibraryCopiesTest {

    @TempDir
    private Path temporary;

    private Path folder;

    @BeforeEach
    void createTheFolder() throws Exception {
        folder = Files.createDirectories(temporary.toRealPath().resolve("locks"));
    }

    @Test
    @Fault("L10")
    void aCopyThatFindsALockHeldLeavesItToTheCopyThatHoldsIt() throws Exception {
        try (LibraryCopy one = LibraryCopy.load();
                LibraryCopy other = LibraryCopy.load();
                ChildJvm process = ChildJvm.of(LockProbe.class)
                        .start(folder.resolve("7.lock").toString())) {
            assertThat(process.readLine()).isEqualTo("ready");
            AutoCloseable held = (AutoCloseable) one.call(LockingApplication.class, "lock", folder, 1000L);
            assertThat(other.call(LockingApplication.class, "lock", folder, 20L))
                    .isNull();
            process.send("");
            assertThat(process.readLine()).isEqualTo("held");

            held.close();
            process.send("");
            assertThat(process.readLine()).isEqualTo("free");
            AutoCloseable next = (AutoCloseable) other.call(LockingApplication.class, "lock", folder, 1000L);
            assertThat(next).isNotNull();
            next.close();
        }
    }

    @Test
    @Fault("L10")
    void copiesAndAProcessNeverHoldALockAtTheSameTime() throws Exception {
        try (ChildProcess process = ChildProcess.start(LockingApplication.class, folder, 1500)) {
            assertThat(process.line()).contains("started");
            CompletableFuture<Integer> patient = running(600, 10_000);
            CompletableFuture<Integer> impatient = running(200, 1);
            assertThat(impatient.get()).isZero();
            assertThat(patient.get()).isZero();
            assertThat(process.line()).contains("0");
        }
    }

    @Test
    @Fault("L10")
    void whatCopiesShareIsTextAndOnlyWhileALockIsHeld() throws Exception {
        try (LibraryCopy one = LibraryCopy.load()) {
            AutoCloseable held = (AutoCloseable) one.call(LockingApplication.class, "lock", folder, 1000L);
            assertThat(shared())
                    .hasSize(1)
                    .allSatisfy(value -> assertThat(value).isInstanceOf(String.class));
            held.close();
        }
        assertThat(shared()).isEmpty();
    }

    private List<Object> shared() {
        return System.getProperties().entrySet().stream()
                .filter(property -> property.getKey().toString().contains(folder.toString()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Runs an application in a copy of its own, which is unloaded while the other ones continue. */
    private CompletableFuture<Integer> running(int rounds, long waitMillis) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (LibraryCopy copy = LibraryCopy.load()) {
                        return (Integer) copy.call(LockingApplication.class, "intrusions", folder, rounds, waitMillis);
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                task -> new Thread(task, "application").start());
    }
}
