package dev.evertoken.internal.refresh;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** An executor whose tasks run on the thread of the test on request. It can reject tasks. Not thread-safe. */
public final class TaskList implements Executor {

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private int refusals;
    private @Nullable RuntimeException failure;

    @Override
    public void execute(Runnable task) {
        RuntimeException thrown = failure;
        failure = null;
        if (thrown != null) {
            throw thrown;
        }
        if (refusals > 0) {
            refusals--;
            throw new RejectedExecutionException("planned by a test");
        }
        tasks.add(task);
    }

    /** Rejects the next {@code count} tasks. */
    public void refuse(int count) {
        refusals = count;
    }

    /** Throws the exception when the next task is submitted. */
    public void failNext(RuntimeException thrown) {
        failure = thrown;
    }

    /** Rejects all further tasks. */
    void close() {
        refusals = Integer.MAX_VALUE;
    }

    int size() {
        return tasks.size();
    }

    void runNext() {
        tasks.remove().run();
    }

    /** Runs all tasks, including those that are added meanwhile. */
    public void runAll() {
        while (!tasks.isEmpty()) {
            runNext();
        }
    }
}
