package dev.evertoken.webhooks;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a webhook that failed is sent again: ten attempts in about three days, with the intervals that Standard Webhooks
 * recommends. A random part of up to a fifth keeps the messages of an outage from coming back together. Immutable.
 */
final class RetrySchedule {

    private static final List<Duration> INTERVALS = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(14),
            Duration.ofHours(20),
            Duration.ofHours(24));

    private static final double JITTER = 0.2;

    /** The age at which a message that waited for its receiver is given up; longer than all intervals together. */
    static final Duration LONGEST_WAIT = Duration.ofDays(4);

    private final DoubleSupplier random;

    /** @param random a number from 0 to 1 for each interval */
    RetrySchedule(DoubleSupplier random) {
        this.random = random;
    }

    /** Returns how long to wait after a number of failed attempts; empty to give the message up. */
    Optional<Duration> delayAfter(int failedAttempts) {
        if (failedAttempts > INTERVALS.size()) {
            return Optional.empty();
        }
        long millis = INTERVALS.get(failedAttempts - 1).toMillis();
        return Optional.of(Duration.ofMillis(millis + (long) (millis * JITTER * random.getAsDouble())));
    }
}
