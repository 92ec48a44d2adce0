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
    private final ThreadLocal<@Nullable Boolean> passing = new ThreadLocal<>();
    private int left;

    /** @param most the number of turns at the same time; 1 or more */
    Turns(int most) {
        this.left = most;
    }

    /** Runs {@code begin} when there is a turn: now, or on the thread that ends one. */
    void take(Runnable begin) {
        lock.lock();
        try {
            waiting.add(begin);
        } finally {
            lock.unlock();
        }
        passOn();
    }

    /** Ends a turn and passes it on. */
    void end() {
        lock.lock();
        try {
            left++;
        } finally {
            lock.unlock();
        }
        passOn();
    }

    /**
     * Starts the tasks that may start. A turn that ends meanwhile is passed on by the same loop, so that calls do not
     * nest.
     */
    private void passOn() {
        if (passing.get() != null) {
            return;
        }
        passing.set(true);
        try {
            for (Runnable next = next(); next != null; next = next()) {
                next.run();
            }
        } finally {
            passing.remove();
        }
    }

    private @Nullable Runnable next() {
        lock.lock();
        try {
            if (left == 0 || waiting.isEmpty()) {
                return null;
            }
            left--;
            return waiting.remove();
        } finally {
            lock.unlock();
        }
    }
}
