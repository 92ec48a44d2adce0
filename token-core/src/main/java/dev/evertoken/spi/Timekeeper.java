package dev.evertoken.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;

/**
 * The one seam of time: a wall clock, a monotonic clock, timers, and waiting.
 *
 * <p>Nothing else in the library asks for the time or waits for it, so a manual clock drives
 * everything. Implementations are thread-safe.
 */
public interface Timekeeper extends AutoCloseable {

    /** Returns the wall clock in milliseconds since the epoch. Called on the hot path: must not allocate. */
    long millis();

    /** Returns a clock in nanoseconds that only moves forward; its zero means nothing. */
    long nanos();

    /** Returns the wall clock. */
    default Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /**
     * Runs a short task once after a delay; a delay that is negative counts as none.
     *
     * <p>The task runs on the timer's only thread: it must hand work on, never block. What it throws is
     * logged and dropped.
     */
    Scheduled schedule(Duration delay, Runnable task);

    /**
     * Waits until {@code event} is done, however it ended, or until {@code timeout} has passed.
     *
     * @return true if the event is done
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean await(Future<?> event, Duration timeout) throws InterruptedException;

    /** Ends the timers; tasks that are due later never run. Does nothing unless overridden. */
    @Override
    default void close() {}

    /** A timer that has been set. */
    interface Scheduled {
        /** Takes the timer back if it has not fired; returns at once. */
        void cancel();
    }

    /** Returns the time of this machine, with one daemon thread that starts with the first timer. */
    static Timekeeper system() {
        return new SystemTimekeeper();
    }
}
