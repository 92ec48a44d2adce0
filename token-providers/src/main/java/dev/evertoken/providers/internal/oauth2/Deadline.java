package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Optional;

/**
 * A time within which several calls, one after the other, have to end. Immutable.
 *
 * @param endNanos on the monotonic clock
 * @param time that clock
 */
public record Deadline(long endNanos, Timekeeper time) {

    public static Deadline of(Duration whole, Timekeeper time) {
        return new Deadline(time.nanos() + whole.toNanos(), time);
    }

    /** Returns what is left; empty if that is less than a millisecond. */
    public Optional<Duration> left() {
        Duration left = Duration.ofNanos(endNanos - time.nanos());
        return left.toMillis() < 1 ? Optional.empty() : Optional.of(left);
    }
}
