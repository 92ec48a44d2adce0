package dev.evertoken.internal.client;

import dev.evertoken.internal.client.ClientQueue.Entry;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks that have a slot on the threads of an executor. A task that ends passes its slot on, so the next task
 * starts without a thread that watches the queues. Thread-safe.
 */
final class TaskRunner {

    private final Executor executor;
    private final TaskSlots slots;
    private final boolean keepsThread;

    /**
     * @param keepsThread whether the next task runs on the thread of the one before; otherwise each task goes through the
     *     executor, so that other users of the executor get their turn
     */
    TaskRunner(Executor executor, TaskSlots slots, boolean keepsThread) {
        this.executor = executor;
        this.slots = slots;
        this.keepsThread = keepsThread;
    }

    /** Starts a task; if the executor refuses it, the task is rejected and the next one is tried. */
    void start(@Nullable Entry first) {
        Entry next = first;
        while (next != null) {
            next = refused(new Start(next));
        }
    }

    /** Returns the task to start instead if the executor refuses one, otherwise null. */
    private @Nullable Entry refused(Start start) {
        try {
            executor.execute(start);
            return null;
        } catch (RuntimeException | Error e) {
            if (start.begun) {
                throw e; // the executor ran the task on this thread
            }
            Entry next = slots.ended(start.entry);
            start.entry.task().rejected(e);
            return next;
        }
    }

    private void runAll(Entry first) {
        Entry next = first;
        while (next != null) {
            next = run(next);
        }
    }

    /** Runs a task and returns the one that this thread continues with; null if there is none. */
    private @Nullable Entry run(Entry entry) {
        boolean returned = false;
        try {
            entry.task().run();
            returned = true;
        } finally {
            if (!returned) {
                start(slots.ended(entry));
            }
        }
        Entry next = slots.ended(entry);
        return next == null || keepsThread ? next : handedOn(next);
    }

    /** Passes a task to the executor, and returns it if the executor would run it on this thread. */
    private @Nullable Entry handedOn(Entry next) {
        Start start = new Start(next);
        start.giver = Thread.currentThread();
        start(refused(start));
        start.giver = null;
        return start.returned ? next : null;
    }

    /**
     * A task on its way to a thread. A thread that gives it away does not run it inside of that call: it continues with
     * it afterwards, so that calls do not nest. Only the giving thread can find itself in {@code giver}, so a race does
     * no harm.
     */
    private final class Start implements Runnable {
        private final Entry entry;
        private @Nullable Thread giver;
        private boolean begun;
        private boolean returned;

        Start(Entry entry) {
            this.entry = entry;
        }

        @Override
        public void run() {
            if (giver == Thread.currentThread()) {
                returned = true;
                return;
            }
            begun = true;
            runAll(entry);
        }
    }
}
