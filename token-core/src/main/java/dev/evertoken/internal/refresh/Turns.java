package dev.evertoken.internal.refresh;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A limited number of turns. If all are taken, a request gets the turn that ends next, in the order of the requests.
 * Thread-safe.
 */
final class Turns {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private int left;

    /** @param most the number of turns at the same time; 1 or more */
    Turns(int most) {
        this.left = most;
    }

    /** Runs {@code begin} when there is a turn: now, or on the thread that ends one. */
    void take(Runnable begin) {
        lock.lock();
        try {
            if (left == 0) {
                waiting.add(begin);
                return;
            }
            left--;
        } finally {
            lock.unlock();
        }
        begin.run();
    }

    /** Ends a turn and passes it on. */
    void end() {
        Runnable next = next();
        if (next != null) {
            next.run();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            Runnable first = waiting.poll();
            if (first == null) {
                left++;
            }
            return first;
        } finally {
            lock.unlock();
        }
    }
}
