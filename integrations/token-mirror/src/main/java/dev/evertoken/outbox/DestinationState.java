package dev.evertoken.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * Whether a destination accepts messages now. After a failure that concerns the whole destination, one message at a
 * time probes it, after pauses that double. Thread-safe.
 */
final class DestinationState {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    private static final Duration FIRST_REFUSAL = Duration.ofMinutes(1);
    private static final Duration LONGEST_REFUSAL = Duration.ofHours(1);

    /** The condition of a destination, after a number of failures in a row. */
    record Snapshot(Condition condition, int failures, Instant pausedUntil, String detail) {}

    /** The conditions of a destination. */
    enum Condition {
        ACCEPTS,
        UNAVAILABLE,
        REFUSES,
        GONE
    }

    private static final Snapshot ACCEPTS = new Snapshot(Condition.ACCEPTS, 0, Instant.MIN, "");

    private volatile Snapshot current = ACCEPTS;
    private final ReentrantLock lock = new ReentrantLock();

    Snapshot current() {
        return current;
    }

    /** Returns whether a message may be sent now. */
    boolean isOpen(Instant now) {
        Snapshot state = current;
        return state.condition() != Condition.GONE && !now.isBefore(state.pausedUntil());
    }

    /** Makes the destination accept messages again; returns the state before. */
    Snapshot accepts() {
        return replace(before -> ACCEPTS);
    }

    /** Records a failure of the destination; returns the state before. */
    Snapshot failed(DeliveryResult result, Instant now) {
        Condition condition = switch (result.kind()) {
            case GONE -> Condition.GONE;
            case REFUSED -> Condition.REFUSES;
            default -> Condition.UNAVAILABLE;
        };
        return replace(before -> after(before, condition, result, now));
    }

    private Snapshot replace(UnaryOperator<Snapshot> change) {
        lock.lock();
        try {
            Snapshot before = current;
            current = change.apply(before);
            return before;
        } finally {
            lock.unlock();
        }
    }

    private static Snapshot after(Snapshot before, Condition condition, DeliveryResult result, Instant now) {
        int failures = before.condition() == condition ? before.failures() + 1 : 1;
        Duration pause = condition == Condition.REFUSES
                ? doubled(FIRST_REFUSAL, failures, LONGEST_REFUSAL)
                : doubled(FIRST_PAUSE, failures, LONGEST_PAUSE);
        Duration asked = result.retryAfter().orElse(Duration.ZERO);
        return new Snapshot(condition, failures, now.plus(asked.compareTo(pause) > 0 ? asked : pause), result.detail());
    }

    /** Returns a duration that doubles with each failure after the first one, up to a limit. */
    static Duration doubled(Duration first, int failures, Duration longest) {
        Duration pause = first.multipliedBy(1L << Math.min(failures - 1, 20));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
