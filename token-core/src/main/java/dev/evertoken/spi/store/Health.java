package dev.evertoken.spi.store;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * How a connection is doing and since when. Immutable.
 *
 * @param state the state that was last written
 * @param problem what put it there; empty for {@link ConnectionState#ACTIVE}
 * @param since when the state began
 */
public record Health(ConnectionState state, Optional<Problem> problem, Instant since) {

    /** Returns a healthy state that began at {@code since}. */
    public static Health active(Instant since) {
        return new Health(ConnectionState.ACTIVE, Optional.empty(), since);
    }

    /** Returns this with another state and problem; {@code since} moves only when the state changes. */
    public Health become(ConnectionState next, Problem why, Instant now) {
        return new Health(next, Optional.of(why), next == state ? since : now);
    }
}
