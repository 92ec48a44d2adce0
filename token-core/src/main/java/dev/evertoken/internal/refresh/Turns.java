package dev.evertoken.internal.refresh;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A limited number of turns; each request states the limit. If all are taken, a request gets the turn that ends next,
 * in the order of the requests. Thread-safe.
 */
final class Turns {

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Request> waiting = new ArrayDeque<>();
    private final ThreadLocal<@Nullable Boolean> passing = new ThreadLocal<>();
    private int taken;

    private record Request(int most, Runnable begin) {}

    /**
     * Runs {@code begin} when there is a turn: now, or on the thread that ends one.
     *
     * @param most the number of turns at the same time; 1 or more
     */
    void take(int most, Runnable begin) {
        lock.lock();
        try {
            waiting.add(new Request(most, begin));
        } finally {
            lock.unlock();
        }
        passOn();
    }

    /** Ends a turn and passes it on. */
    void end() {
        lock.lock();
        try {
            taken--;
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
            Request first = waiting.peek();
            if (first == null || taken >= first.most) {
                return null;
            }
            taken++;
            waiting.remove();
            return first.begin;
        } finally {
            lock.unlock();
        }
    }
}
