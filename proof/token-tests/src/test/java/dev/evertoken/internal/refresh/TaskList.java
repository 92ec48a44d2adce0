package dev.evertoken.internal.refresh;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** An executor whose tasks run when the test says so, on the test's thread; or that takes none. Not thread-safe. */
public final class TaskList implements Executor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private int refusals;

    @Override
    public void execute(Runnable task) {
        if (refusals > 0) {
            refusals--;
            throw new RejectedExecutionException("planned by a test");
        }
        tasks.add(task);
    }

    /** Refuses so many tasks. */
    public void refuse(int count) {
        refusals = count;
    }

    /** Takes no more tasks. */
    void close() {
        refusals = Integer.MAX_VALUE;
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
    public void runAll() {
        while (!tasks.isEmpty()) {
            runNext();
        }
    }
}
