package dev.evertoken.spi;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The source of time for the whole library: a wall clock, a monotonic clock, timers and waiting.
 *
 * <p>Nothing else in the library reads a clock or waits, so a manual clock controls everything in a test.
 * Implementations are thread-safe.
 */
public interface Timekeeper extends AutoCloseable {

    /** Returns the wall clock time in milliseconds since the epoch. Called on the hot path: must not allocate. */
    long millis();

    /** Returns the time of a monotonic clock in nanoseconds; its origin is arbitrary. */
    long nanos();

    /** Returns the wall clock time. */
    default Instant now() {
        return Instant.ofEpochMilli(millis());
    }

    /**
     * Runs a short task once after a delay; a negative delay counts as zero.
     *
     * <p>The task runs on the only timer thread: it must not block and should pass longer work to another thread.
     * Exceptions of the task are logged and otherwise ignored.
     */
    Scheduled schedule(Duration delay, Runnable task);

    /**
     * Returns a future that completes after a delay, without a waiting thread; a negative delay counts as zero. Dependent
     * stages run on the timer thread, like the task of {@link #schedule}.
     */
    default CompletableFuture<@Nullable Void> delay(Duration delay) {
        CompletableFuture<@Nullable Void> elapsed = new CompletableFuture<>();
        schedule(delay, () -> elapsed.complete(null));
        return elapsed;
    }

    /**
     * Waits until {@code event} has completed, normally or not, or until {@code timeout} has passed.
     *
     * @return true if the event has completed
     * @throws InterruptedException if the waiting thread is interrupted
     */
    boolean await(Future<?> event, Duration timeout) throws InterruptedException;

    /** Stops the timers; pending tasks never run. Does nothing unless overridden. */
    @Override
    default void close() {}

    /** A pending timer. */
    interface Scheduled {
        /** Cancels the timer if it has not fired; returns immediately. */
        void cancel();
    }

    /** Returns the time of this machine; the first timer starts one daemon thread. */
    static Timekeeper system() {
        return new SystemTimekeeper();
    }
}
