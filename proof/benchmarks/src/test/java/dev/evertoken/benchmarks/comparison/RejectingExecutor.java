package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The executor of the application rejects the task of a refresh once. */
final class RejectingExecutor implements Trial {

    private static final int CALLERS = 4;
    private static final long LIMIT_MILLIS = 3000;

    @Override
    public String name() {
        return "rejecting-executor";
    }

    @Override
    public Expectation expected() {
        return Expectation.of(
                "no caller is blocked, and the next call gets a token",
                "[0-4] of 4 got a token; then 1 of 1 got a token");
    }

    @Override
    public String title() {
        return "the executor rejects one task: " + CALLERS + " callers, then one call";
    }

    @Override
    public String play(Library library, Extent extent) throws Exception {
        AtomicBoolean rejected = new AtomicBoolean();
        var threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "application");
            thread.setDaemon(true);
            return thread;
        });
        Executor executor = task -> {
            if (rejected.compareAndSet(false, true)) {
                throw new RejectedExecutionException("the queue is full");
            }
            threads.execute(task);
        };
        try (TokenServer server = TokenServer.start();
                Client client = library.open(Scene.expired(server.endpoint()).with(executor))) {
            Callers.Outcome outcome = Callers.call(CALLERS, LIMIT_MILLIS, client::token);
            Callers.Outcome next = Callers.call(1, LIMIT_MILLIS, client::token);
            return rejected.get() ? outcome.text() + "; then " + next.text() : "no task was given to it";
        } finally {
            threads.shutdownNow();
        }
    }
}
