package dev.evertoken.internal.refresh;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order in which the engine shuts down. Immutable.
 *
 * @param patience how long to wait for calls in flight, and for those whose response is overdue
 * @param lateResponses the calls whose response is overdue
 * @param pendingWrites saved as far as possible once no call is in flight
 * @param inOrder the parts to close after that, in this order; a part that fails does not affect the others
 */
public record ShutdownSequence(
        Timekeeper time,
        Duration patience,
        LateResponses lateResponses,
        PendingWrites pendingWrites,
        List<AutoCloseable> inOrder) {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.START);

    /** The time that observers have, after the last refresh has ended, for what they still have to record. */
    static final Duration OBSERVERS = Duration.ofSeconds(2);

    /**
     * Closes the parts.
     *
     * @param inFlight completes when the refreshes in progress have ended
     * @param allTold returns a future that completes when observers know of those that have ended
     */
    public void run(CompletableFuture<Void> inFlight, Supplier<CompletableFuture<Void>> allTold) {
        boolean interrupted = false;
        try {
            if (!time.await(inFlight.thenCompose(ended -> lateResponses.allEnded()), patience)) {
                log.warn(
                        "a refresh did not end within {} ms; its outcome is unknown, and its claim will lapse",
                        patience.toMillis());
            }
            if (!time.await(allTold.get(), OBSERVERS)) {
                log.warn(
                        "the observers of a refresh did not return within {} ms; what they record may be missing",
                        OBSERVERS.toMillis());
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        pendingWrites.close();
        inOrder.forEach(ShutdownSequence::quietly);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public static void quietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            log.warn("closing {} failed", part.getClass().getName(), e);
        }
    }
}
