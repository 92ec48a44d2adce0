package dev.evertoken.internal.client;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long after each failure, up to a cap, at random within
 * the upper half so that many accounts do not come back together.
 *
 * <p>Immutable; as safe for threads as its random numbers, which are those of the calling thread in the two
 * ready-made ones.
 */
public final class Backoff {

    private static final RandomGenerator EACH_THREADS_OWN =
            () -> ThreadLocalRandom.current().nextLong();

    private final long floor;
    private final long cap;
    private final RandomGenerator random;

    /**
     * @param floor no delay is shorter; positive
     * @param cap no delay is longer; at least {@code floor}, at most {@link Duration#ofDays 365 days}
     * @param random where the jitter comes from
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

    /** Returns the pauses between attempts at a provider: 1 to 2 seconds at first, in the end 5 to 10 minutes. */
    public static Backoff betweenAttempts() {
        return new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), EACH_THREADS_OWN);
    }

    /**
     * Returns the pauses between attempts to save an answer: a tenth of a second at first.
     *
     * @param cap positive; at most a third of the settle window (protocol.md T1)
     */
    public static Backoff betweenSaves(Duration cap) {
        Duration floor = Duration.ofMillis(100);
        return new Backoff(cap.compareTo(floor) < 0 ? cap : floor, cap, EACH_THREADS_OWN);
    }

    /**
     * Returns a pause between half of {@code min(cap, floor × 2ⁿ)} and all of it.
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
     * Returns when to try again: not before this back-off allows it, and not before the provider's told time.
     *
     * <p>A told time is put off by up to a tenth, never brought forward; one that is past counts as none, and
     * one beyond {@link FailureGate#LONGEST} as that.
     *
     * @param n failed attempts in a row, 1 or more
     */
    Instant next(int n, Optional<Instant> told, Instant now) {
        Instant own = now.plus(delay(n));
        Instant theirs = told.filter(now::isBefore)
                .map(moment -> now.plus(putOff(Duration.between(now, moment))))
                .orElse(own);
        return (theirs.isAfter(own) ? theirs : own).truncatedTo(ChronoUnit.MILLIS);
    }

    private Duration putOff(Duration told) {
        long longest = FailureGate.LONGEST.toNanos();
        if (told.compareTo(FailureGate.LONGEST) >= 0) {
            return FailureGate.LONGEST;
        }
        long pause = told.toNanos();
        return Duration.ofNanos(Math.min(longest, pause + between(0, pause / 10)));
    }

    private long between(long least, long most) {
        return least == most ? least : random.nextLong(least, most + 1);
    }
}
