package dev.evertoken.spi;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import java.time.Duration;
import java.time.Instant;

/**
 * Refreshes tokens a margin before they expire; the margin is limited in proportion to the lifetime. Immutable.
 *
 * <p>The margin of each account is shortened by up to a fifth, depending on a hash of its key. Accounts that were
 * imported together therefore do not become due together, and all processes compute the same time for an account.
 */
record MarginPolicy(Duration margin) implements RefreshPolicy {

    private static final int SHARES = 1024;

    /** A product of this many nanoseconds and a number below {@link #SHARES} is a {@code long}. */
    private static final Duration IN_NANOS = Duration.ofDays(100);

    MarginPolicy {
        if (margin.isNegative()) {
            throw new IllegalArgumentException("refreshEarly " + margin + " is negative");
        }
    }

    @Override
    public Schedule schedule(Facts facts) {
        Duration lifetime = Duration.between(facts.issuedAt(), facts.expiresAt());
        Duration early =
                facts.model() == RefreshModel.EXTENDING ? part(lifetime, 1, 3) : least(margin, part(lifetime, 1, 4));
        Duration honored = least(early, facts.largestMargin().orElse(early));
        Duration spread = part(part(honored, 1, 5), share(facts), SHARES);
        Instant due = facts.expiresAt().minus(honored.minus(spread));
        Instant earliest = facts.issuedAt().plus(facts.earliestRefreshAge().orElse(Duration.ZERO));
        Instant refreshAt = due.isBefore(earliest) ? earliest : due;
        return new Schedule(refreshAt.isAfter(facts.expiresAt()) ? facts.expiresAt() : refreshAt, facts.expiresAt());
    }

    /** Returns a number from 0 to 1023, evenly distributed over the accounts and the same in every process. */
    private static int share(Facts facts) {
        int hash = facts.key().toString().hashCode() * 0x9E3779B9;
        return hash >>> 22;
    }

    /** Returns a fraction of a duration, rounded towards zero. */
    private static Duration part(Duration whole, int numerator, int denominator) {
        return whole.abs().compareTo(IN_NANOS) < 0
                ? Duration.ofNanos(whole.toNanos() * numerator / denominator)
                : whole.multipliedBy(numerator).dividedBy(denominator);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
