package dev.evertoken.internal.client;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * Computes how long to wait before the next attempt: twice as long after each failure, up to a cap, with jitter in the
 * upper half so that accounts do not all retry at once.
 *
 * <p>Immutable. As thread-safe as its random number generator; the two factory methods use that of the calling thread.
 */
public final class Backoff {

    private static final RandomGenerator THREAD_LOCAL = new OfThisThread();

    private static final class OfThisThread implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }

    private final long floor;
    private final long cap;
    private final RandomGenerator random;

    /**
     * @param floor the shortest delay; positive
     * @param cap the longest delay; at least {@code floor}, at most {@link Duration#ofDays 365 days}
     * @param random the source of the jitter
     */
    public Backoff(Duration floor, Duration cap, RandomGenerator random) {
        if (floor.isNegative() || floor.isZero()) {
            throw new IllegalArgumentException("back-off floor " + floor + " must be positive");
        }
        if (cap.compareTo(floor) < 0) {
            throw new IllegalArgumentException("back-off cap " + cap + " is shorter than its floor " + floor);
        }
        if (cap.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("back-off cap " + cap + " is longer than 365 days");
        }
        this.floor = floor.toNanos();
        this.cap = cap.toNanos();
        this.random = random;
    }

    /** Returns the delays between calls to a provider: 1 to 2 seconds at first, in the end 5 to 10 minutes. */
    public static Backoff betweenAttempts() {
        return new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), THREAD_LOCAL);
    }

    /**
     * Returns the delays between calls to a provider that responds in an unknown way: 1 to 2 minutes at first, in the end
     * 3 to 6 hours.
     */
    static Backoff betweenUnrecognizedResponses() {
        return new Backoff(Duration.ofMinutes(1), Duration.ofHours(6), THREAD_LOCAL);
    }

    /**
     * Returns the delays between attempts to save a response, a tenth of a second at first.
     *
     * @param cap positive; at most a third of the settle window (protocol.md T1)
     */
    public static Backoff betweenSaves(Duration cap) {
        Duration floor = Duration.ofMillis(100);
        return new Backoff(cap.compareTo(floor) < 0 ? cap : floor, cap, THREAD_LOCAL);
    }

    /**
     * Returns a delay between half of {@code min(cap, floor × 2ⁿ)} and all of it.
     *
     * @param n failed attempts in a row, 1 or more
     */
    public Duration delay(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("there is no back-off after " + n + " failures");
        }
        boolean beyondLong = n >= Long.numberOfLeadingZeros(floor);
        long ceiling = beyondLong ? cap : Math.min(cap, floor << n);
        return Duration.ofNanos(between(Math.max(floor, ceiling / 2), ceiling));
    }

    /**
     * Returns when to try again: not before this back-off allows it, and not before the time that the provider asked
     * for.
     *
     * <p>The provider's time is delayed by up to a tenth, never moved forward. A time in the past is ignored, and one
     * that is further away than {@link FailureGate#LONGEST} is limited to that.
     *
     * @param n failed attempts in a row, 1 or more
     * @param requested the provider's time
     */
    Instant next(int n, Optional<Instant> requested, Instant now) {
        Instant own = now.plus(delay(n));
        Instant theirs = requested
                .filter(now::isBefore)
                .map(moment -> now.plus(delayed(Duration.between(now, moment))))
                .orElse(own);
        return (theirs.isAfter(own) ? theirs : own).truncatedTo(ChronoUnit.MILLIS);
    }

    private Duration delayed(Duration requested) {
        long longest = FailureGate.LONGEST.toNanos();
        if (requested.compareTo(FailureGate.LONGEST) >= 0) {
            return FailureGate.LONGEST;
        }
        long pause = requested.toNanos();
        return Duration.ofNanos(Math.min(longest, pause + between(0, pause / 10)));
    }

    private long between(long least, long most) {
        return least == most ? least : random.nextLong(least, most + 1);
    }
}
