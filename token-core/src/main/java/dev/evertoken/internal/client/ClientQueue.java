package dev.evertoken.internal.client;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The tasks of one client. A limited number of them run at the same time; the others wait in the order of their arrival
 * and hold no thread. The executor gets no task that has to wait.
 *
 * <p>Thread-safe: {@link TaskSlots} guards the state.
 */
final class ClientQueue implements TaskQueue {

    private final int limit;
    private final TaskSlots slots;
    private final TaskRunner runner;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private long arrived;
    private long started;
    private int running;

    /** A task of a queue. Its number is set, and read, under the lock of the slots. */
    static final class Entry implements Place {
        private final ClientQueue queue;
        private final Task task;
        private long number;

        Entry(ClientQueue queue, Task task) {
            this.queue = queue;
            this.task = task;
        }

        ClientQueue queue() {
            return queue;
        }

        Task task() {
            return task;
        }

        @Override
        public int ahead() {
            return queue.slots.ahead(this);
        }
    }

    /** @param limit the number of tasks that run at the same time; 1 or more */
    ClientQueue(int limit, TaskSlots slots, TaskRunner runner) {
        this.limit = limit;
        this.slots = slots;
        this.runner = runner;
    }

    @Override
    public Place submit(Task task) {
        Entry entry = new Entry(this, task);
        runner.start(slots.added(entry));
        return entry;
    }

    // ---- called under the lock of the slots

    void add(Entry entry) {
        entry.number = arrived++;
        waiting.add(entry);
    }

    boolean mayStartOne() {
        return running < limit && !waiting.isEmpty();
    }

    Entry startOne() {
        running++;
        started++;
        return waiting.remove();
    }

    void endOne() {
        running--;
    }

    int running() {
        return running;
    }

    int ahead(Entry entry) {
        return entry.number < started ? running - 1 : (int) (entry.number - started) + running;
    }
}
