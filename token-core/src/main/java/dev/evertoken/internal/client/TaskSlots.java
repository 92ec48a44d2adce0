package dev.evertoken.internal.client;

import dev.evertoken.internal.client.ClientQueue.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The limit for the running tasks of all clients together. A few slots are kept for each queue, so none can take the
 * slots of another one; the queues compete for the other slots. A shared slot that becomes free goes to the queue that
 * has waited for one the longest.
 *
 * <p>Decides which task starts, and starts none. Thread-safe; the lock also guards the state of the queues.
 */
final class TaskSlots {

    private final int shared;
    private final int kept;
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<ClientQueue> waiting = new ArrayDeque<>();
    private int taken;

    /**
     * @param shared the number of slots for which the queues compete
     * @param kept the number of slots that each queue has in addition
     */
    TaskSlots(int shared, int kept) {
        this.shared = shared;
        this.kept = kept;
    }

    /** Adds a task to its queue and returns the task that starts now; null if it has to wait. */
    @Nullable
    Entry added(Entry entry) {
        lock.lock();
        try {
            entry.queue().add(entry);
            return next(entry.queue());
        } finally {
            lock.unlock();
        }
    }

    /** Frees the slot of a task that has ended, and returns the task of any queue that starts now; null if none does. */
    @Nullable
    Entry ended(Entry entry) {
        ClientQueue queue = entry.queue();
        lock.lock();
        try {
            queue.endOne();
            if (queue.running() < kept) {
                return next(queue);
            }
            taken--;
            waitForShared(queue);
            return nextShared();
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many tasks of its queue are running or start earlier than an entry. */
    int ahead(Entry entry) {
        lock.lock();
        try {
            return entry.queue().ahead(entry);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Entry nextShared() {
        while (!waiting.isEmpty()) {
            ClientQueue first = waiting.remove();
            Entry next = next(first);
            if (next != null) {
                waitForShared(first);
                return next;
            }
        }
        return null;
    }

    private @Nullable Entry next(ClientQueue queue) {
        if (!queue.mayStartOne()) {
            return null;
        }
        if (queue.running() >= kept) {
            if (taken == shared) {
                waitForShared(queue);
                return null;
            }
            taken++;
        }
        return queue.startOne();
    }

    private void waitForShared(ClientQueue queue) {
        if (queue.mayStartOne() && !waiting.contains(queue)) {
            waiting.add(queue);
        }
    }
}
