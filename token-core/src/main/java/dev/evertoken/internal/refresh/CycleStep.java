package dev.evertoken.internal.refresh;

import dev.evertoken.model.AccessToken;
import java.util.concurrent.CompletableFuture;

/**
 * The result of one step of the refresh cycle. The flight carries it out, so no engine thread waits for a peer, for
 * another account or for a parent. Immutable.
 */
public sealed interface CycleStep {

    /** The run has ended with this token. */
    record Done(AccessToken token) implements CycleStep {}

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
