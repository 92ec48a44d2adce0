package dev.evertoken;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** An executor whose tasks run when the test says so, on the test's thread; or that takes none. Not thread-safe. */
final class TaskList implements Executor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private boolean closed;

    @Override
    public void execute(Runnable task) {
        if (closed) {
            throw new RejectedExecutionException("closed by a test");
        }
        tasks.add(task);
    }

    /** Takes no more tasks. */
    void close() {
        closed = true;
    }

    int size() {
        return tasks.size();
    }

    void runNext() {
        tasks.remove().run();
    }

    void runLast() {
        tasks.removeLast().run();
    }

    /** Runs what there is, and what that brings. */
    void runAll() {
        while (!tasks.isEmpty()) {
            runNext();
        }
    }
}
