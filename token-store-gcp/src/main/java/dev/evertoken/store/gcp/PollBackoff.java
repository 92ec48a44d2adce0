package dev.evertoken.store.gcp;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Pauses of one reader, each twice as long as the one before, until its patience ends. Not thread-safe. */
final class PollBackoff {

    private static final Duration FIRST = Duration.ofMillis(100);

    private final Timekeeper time;
    private Duration left;
    private Duration next = FIRST;

    PollBackoff(Timekeeper time, Duration longest) {
        this.time = time;
        this.left = longest;
    }

    static PollBackoff none(Timekeeper time) {
        return new PollBackoff(time, Duration.ZERO);
    }

    /** Tells whether there will be no further pause. */
    boolean isOver() {
        return left.isZero();
    }

    /** Waits a little; returns false at once if patience has ended or the thread is interrupted. */
    boolean pause() {
        if (isOver()) {
            return false;
        }
        Duration pause = next.compareTo(left) < 0 ? next : left;
        left = left.minus(pause);
        next = next.multipliedBy(2);
        try {
            time.await(new CompletableFuture<Void>(), pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
