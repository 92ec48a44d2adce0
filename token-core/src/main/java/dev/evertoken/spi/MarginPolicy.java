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

    MarginPolicy {
        if (margin.isNegative()) {
            throw new IllegalArgumentException("refreshEarly " + margin + " is negative");
        }
    }

    @Override
    public Schedule schedule(Facts facts) {
        Duration lifetime = Duration.between(facts.issuedAt(), facts.expiresAt());
        Duration early =
                facts.model() == RefreshModel.EXTENDING ? lifetime.dividedBy(3) : least(margin, lifetime.dividedBy(4));
        Duration honored = least(early, facts.largestMargin().orElse(early));
        Duration spread = honored.dividedBy(5).multipliedBy(share(facts)).dividedBy(1024);
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

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) <= 0 ? a : b;
    }
}
