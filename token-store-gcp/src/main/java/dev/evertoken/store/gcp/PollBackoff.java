package dev.evertoken.store.gcp;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The delays of one reader, each twice as long as the previous one, up to a total. Not thread-safe; use on one thread.
 */
final class PollBackoff {

    private static final Duration FIRST = Duration.ofMillis(100);

    private final Timekeeper time;
    private Duration left;
    private Duration next = FIRST;

    PollBackoff(Timekeeper time, Duration total) {
        this.time = time;
        this.left = total;
    }

    static PollBackoff none(Timekeeper time) {
        return new PollBackoff(time, Duration.ZERO);
    }

    /** Returns whether the total is used up. */
    boolean isExhausted() {
        return left.isZero();
    }

    /** Waits; returns false without waiting if the total is used up or the thread is interrupted. */
    boolean pause() {
        if (isExhausted()) {
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
