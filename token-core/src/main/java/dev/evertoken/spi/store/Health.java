package dev.evertoken.spi.store;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * The state of a connection and its start time. Immutable.
 *
 * @param state the most recently written state
 * @param problem the problem that caused the state; empty for {@link ConnectionState#ACTIVE}
 * @param since when the state started
 */
public record Health(ConnectionState state, Optional<Problem> problem, Instant since) {

    /** Returns a healthy state that started at {@code since}. */
    public static Health active(Instant since) {
        return new Health(ConnectionState.ACTIVE, Optional.empty(), since);
    }

    /** Returns the health with another state and problem; {@code since} changes only if the state does. */
    public Health become(ConnectionState next, Problem why, Instant now) {
        return new Health(next, Optional.of(why), next == state ? since : now);
    }
}
