package dev.evertoken.spi.operations;

import dev.evertoken.model.Problem;
import java.time.Duration;
import java.util.Optional;

/**
 * How a refresh ended. Immutable.
 *
 * @param outcome whether there are new tokens, and whether callers got a token
 * @param problem why there are no new tokens; empty for {@link Outcome#REFRESHED} and {@link Outcome#STORED}
 * @param took the time from the request to the end, including the time in the queue of the client
 */
public record RefreshEnd(Outcome outcome, Optional<Problem> problem, Duration took) {

    /** The outcomes of a refresh. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Outcome {
        /** The provider issued new tokens. */
        REFRESHED,
        /** The stored token is suitable, for example after a refresh by another process. No provider was called. */
        STORED,
        /** There are no new tokens because of a problem, and callers get the earlier one, which is still valid. */
        KEPT,
        /** Callers get an exception. */
        FAILED
    }
}
