package dev.evertoken.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stops a thread or a request at a known place until the test releases it. A test calls {@link #awaitArrived}, checks
 * the state, and calls {@link #release}.
 *
 * <p>Thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /**
     * Blocks until a thread has reached this checkpoint.
     *
     * @throws AssertionError if none arrives within ten seconds
     */
    public void awaitArrived() {
        if (!awaited(arrived, PATIENCE)) {
            throw new AssertionError("no thread reached the checkpoint within " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Returns whether a thread has reached this checkpoint. */
    public boolean hasArrived() {
        return arrived.getCount() == 0;
    }

    /** Releases the thread that waits here and all that arrive later. Idempotent. */
    public void release() {
        released.countDown();
    }

    /** Same as {@link #release}. */
    @Override
    public void close() {
        release();
    }

    /**
     * Records the arrival and blocks until released.
     *
     * @throws IllegalStateException if the checkpoint is not released within a minute
     */
    void arrive() throws InterruptedException {
        arrived.countDown();
        if (!released.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the checkpoint was not released within " + LONGEST.toSeconds() + " s");
        }
    }

    /** Records the arrival and blocks until released; throws if the thread is interrupted. */
    void arriveUninterruptibly() {
        try {
            arrive();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at a checkpoint", e);
        }
    }

    private static boolean awaited(CountDownLatch latch, Duration patience) {
        try {
            return latch.await(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for a thread to reach a checkpoint", e);
        }
    }
}
