package dev.evertoken.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Freezes somebody at a known place until the test lets go: {@link #awaitArrived}, look around, {@link
 * #release}.
 *
 * <p>Thread-safe.
 */
public final class Checkpoint implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    /**
     * Blocks until somebody has come to this place.
     *
     * @throws AssertionError if nobody comes within ten seconds
     */
    public void awaitArrived() {
        if (!awaited(arrived, PATIENCE)) {
            throw new AssertionError("nobody arrived within " + PATIENCE.toSeconds() + " s");
        }
    }

    /** Tells whether somebody has come to this place. */
    public boolean hasArrived() {
        return arrived.getCount() == 0;
    }

    /** Lets whoever is here or comes later go on. Idempotent. */
    public void release() {
        released.countDown();
    }

    /** As {@link #release}. */
    @Override
    public void close() {
        release();
    }

    /**
     * Arrives and stays until released.
     *
     * @throws IllegalStateException if nobody lets go within a minute
     */
    void stay() throws InterruptedException {
        arrived.countDown();
        if (!released.await(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("held for " + LONGEST.toSeconds() + " s and never released");
        }
    }

    /** Arrives and stays until released; a thread that is interrupted here gives up. */
    void stayUninterrupted() {
        try {
            stay();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while held", e);
        }
    }

    private static boolean awaited(CountDownLatch latch, Duration patience) {
        try {
            return latch.await(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for somebody to arrive", e);
        }
    }
}
