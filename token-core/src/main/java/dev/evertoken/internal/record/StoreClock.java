package dev.evertoken.internal.record;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The store's time as it came with the last timed read of a record, continued with the monotonic clock of this process
 * for a short time. Thread-safe.
 *
 * <p>It is continued from before that read. So it is never earlier than the store's own clock, and later by the duration
 * of the read at most: a claim that ends by it is never shorter for other processes than for its owner.
 */
final class StoreClock {

    private static final long LONGEST_NANOS = Duration.ofSeconds(1).toNanos();

    private volatile @Nullable Reading last;

    private record Reading(Instant time, long beganNanos) {}

    /**
     * Records the store's time.
     *
     * @param beganNanos a time of the monotonic clock before the read began
     */
    void read(Instant time, long beganNanos) {
        last = new Reading(time, beganNanos);
    }

    /** Returns the store's time, empty if it was not read within the last second. */
    Optional<Instant> at(long nanos) {
        Reading reading = last;
        long passed = reading == null ? -1 : nanos - reading.beganNanos();
        return reading == null || passed < 0 || passed > LONGEST_NANOS
                ? Optional.empty()
                : Optional.of(reading.time().plusNanos(passed));
    }
}
