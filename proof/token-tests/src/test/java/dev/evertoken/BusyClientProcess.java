package dev.evertoken;

import dev.evertoken.model.TokenKey;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.TestProcessLink;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process in which a client has more expired accounts than its limit, at a provider that hangs. Prints its Java
 * version; then, for the threads of the library, for one thread for each task, and for virtual threads if this JDK has
 * them, a line with the number of calls that hang, the number of tasks that the executor runs, and the generation of an
 * account of another client.
 */
final class BusyClientProcess {

    static final int ACCOUNTS = 200;

    private static final TestProcessLink LINK = TestProcessLink.ofThisProcess();

    private BusyClientProcess() {}

    /** Starts the process. */
    public static void main(String[] arguments) {
        LINK.writeLine("java " + Runtime.version().feature());
        run("library", Optional.empty());
        run("platform", Optional.of(task -> new Thread(task).start()));
        virtualThreads().ifPresent(threads -> run("virtual", Optional.of(threads)));
        LINK.writeLine("end");
    }

    private static void run(String threads, Optional<Executor> executor) {
        AtomicInteger running = new AtomicInteger();
        try (HangingProviderFixture fixture = new HangingProviderFixture()) {
            TokensBuilder builder = fixture.builder();
            executor.ifPresent(to -> builder.executor(task -> {
                running.incrementAndGet();
                to.execute(task);
            }));
            Tokens tokens = fixture.open(builder);
            List<TokenKey> keys = fixture.connectExpired(tokens, ACCOUNTS);
            List<Checkpoint> held = fixture.hang(ACCOUNTS);
            HangingProviderFixture.request(tokens, keys);
            held.subList(0, HangingProviderFixture.LIMIT).forEach(Checkpoint::awaitArrived);
            int tasks = running.get();
            long generation = fixture.refreshOfBen(tokens);
            LINK.writeLine(
                    threads + ": " + fixture.arrived() + " calls, " + tasks + " tasks, generation " + generation);
        }
    }

    /** Java 17 has no virtual threads, so they cannot be called directly. */
    private static Optional<Executor> virtualThreads() {
        try {
            return Optional.of((Executor)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has virtual threads, but they cannot be started", e);
        }
    }
}
