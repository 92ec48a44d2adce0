package dev.evertoken.internal.client;

import java.util.concurrent.Executor;

/** Runs tasks, at once or later. Implementations are thread-safe. */
@FunctionalInterface
public interface TaskQueue {

    /**
     * Starts the task on another thread, or lets it wait until it may start. Never blocks unless the executor does, and
     * never throws for a task that cannot be started.
     *
     * @return the place of the task, which may already have started
     */
    Place submit(Task task);

    /** A task that either runs once or is rejected once. */
    interface Task {
        void run();

        /**
         * Called instead of {@link #run} if no thread can be had.
         *
         * @param why the exception of the executor
         */
        void rejected(Throwable why);
    }

    /** The place of a task in its queue. Implementations are thread-safe. */
    @FunctionalInterface
    interface Place {
        /** Returns how many other tasks of the queue are running or will start earlier. */
        int ahead();
    }

    /** A place behind a number of tasks that does not change. */
    record FixedPlace(int ahead) implements Place {}

    /** Returns a queue that leaves everything to an executor. */
    static TaskQueue of(Executor executor) {
        return new ExecutorQueue(executor);
    }
}
