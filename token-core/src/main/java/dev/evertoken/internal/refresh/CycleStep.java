package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.operations.RefreshEnd.Outcome;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The result of one step of the refresh cycle. The flight carries it out, so no engine thread waits for a peer, for
 * another account or for a parent. Immutable.
 */
public sealed interface CycleStep {

    /**
     * The run has ended with this token.
     *
     * @param outcome where the token comes from
     * @param problem why the token is not a new one; empty if there is no problem
     */
    record Done(AccessToken token, Outcome outcome, Optional<Problem> problem) implements CycleStep {

        /** A token that the provider has just issued. */
        public Done(AccessToken token) {
            this(token, Outcome.REFRESHED, Optional.empty());
        }

        /** A suitable token that is stored. */
        static Done stored(AccessToken token) {
            return new Done(token, Outcome.STORED, Optional.empty());
        }

        /** A token that is still valid, because there is no new one. */
        static Done kept(AccessToken token, Problem why) {
            return new Done(token, Outcome.KEPT, Optional.of(why));
        }
    }

    /** The stored record may have changed: load it and decide again, at once. */
    record LoadAgain() implements CycleStep {}

    /**
     * Load and decide again later, or as soon as the engine closes.
     *
     * @param nanos the time to continue at, by the monotonic clock
     */
    record WaitUntil(long nanos) implements CycleStep {}

    /** Load and decide again when a future has completed, normally or not. */
    record WaitFor(CompletableFuture<?> event) implements CycleStep {}
}
