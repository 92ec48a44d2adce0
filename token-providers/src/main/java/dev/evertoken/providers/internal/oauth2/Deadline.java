package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Optional;

/**
 * The end of a period that several consecutive calls share. Immutable.
 *
 * @param endNanos the end on the monotonic clock
 * @param time the source of the monotonic clock
 */
public record Deadline(long endNanos, Timekeeper time) {

    public static Deadline of(Duration whole, Timekeeper time) {
        return new Deadline(time.nanos() + whole.toNanos(), time);
    }

    /** Returns the remaining time; empty if it is less than a millisecond. */
    public Optional<Duration> left() {
        Duration left = Duration.ofNanos(endNanos - time.nanos());
        return left.toMillis() < 1 ? Optional.empty() : Optional.of(left);
    }
}
