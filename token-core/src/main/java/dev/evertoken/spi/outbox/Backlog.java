package dev.evertoken.spi.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The messages to one destination that are not delivered. Immutable.
 *
 * @param messages their number, including leased ones
 * @param oldest when the oldest of them was created; empty if there is none
 * @param nextAttempt the earliest time at which {@link Outbox#lease} may return one of them; a time in the past if one
 *     is due. The end of a lease counts, a message that waits for an earlier one of its account does not. Empty if
 *     there is none
 */
public record Backlog(long messages, Optional<Instant> oldest, Optional<Instant> nextAttempt) {

    /** Returns the backlog without messages. */
    public static Backlog empty() {
        return new Backlog(0, Optional.empty(), Optional.empty());
    }

    /** Returns the age of the oldest message; zero if there is none. */
    public Duration lag(Instant now) {
        return oldest.filter(now::isAfter)
                .map(since -> Duration.between(since, now))
                .orElse(Duration.ZERO);
    }
}
