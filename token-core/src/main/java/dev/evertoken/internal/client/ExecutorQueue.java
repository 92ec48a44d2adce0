package dev.evertoken.internal.client;

import java.util.concurrent.Executor;

/** Leaves every task to an executor. Thread-safe. */
record ExecutorQueue(Executor executor) implements TaskQueue {

    @Override
    public Place submit(Task task) {
        Submitted submitted = new Submitted(task);
        try {
            executor.execute(submitted);
        } catch (RuntimeException | Error e) {
            if (submitted.begun) {
                throw e; // the executor ran the task on this thread
            }
            task.rejected(e);
        }
        return new FixedPlace(0);
    }

    private static final class Submitted implements Runnable {
        private final Task task;
        private volatile boolean begun;

        Submitted(Task task) {
            this.task = task;
        }

        @Override
        public void run() {
            begun = true;
            task.run();
        }
    }
}
