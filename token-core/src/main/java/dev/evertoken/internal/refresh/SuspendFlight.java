package dev.evertoken.internal.refresh;

import dev.evertoken.internal.refresh.SingleFlight.Work;
import java.util.concurrent.CompletableFuture;

/**
 * A run gives its thread back until something else has ended, and keeps its slot: whoever waits for another account
 * must not hold the thread that the other account needs. Immutable.
 */
final class SuspendFlight extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient CompletableFuture<?> until;
    private final transient Work next;

    /** @param next how the run goes on, however {@code until} ends */
    SuspendFlight(CompletableFuture<?> until, Work next) {
        super("something else comes first", null, false, false);
        this.until = until;
        this.next = next;
    }

    CompletableFuture<?> until() {
        return until;
    }

    Work next() {
        return next;
    }
}
