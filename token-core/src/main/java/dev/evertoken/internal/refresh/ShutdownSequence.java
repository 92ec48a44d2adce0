package dev.evertoken.internal.refresh;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The order in which everything ends. Immutable.
 *
 * @param patience how long calls in flight may still take
 * @param pendingWrites saves what it can, once nothing is in flight
 * @param inOrder what is closed then, whoever fails
 */
public record ShutdownSequence(
        Timekeeper time, Duration patience, PendingWrites pendingWrites, List<AutoCloseable> inOrder) {

    private static final Logger log = LoggerFactory.getLogger(ShutdownSequence.class);

    public void run(CompletableFuture<Void> inFlight) {
        boolean interrupted = false;
        try {
            if (!time.await(inFlight, patience)) {
                log.warn("a refresh did not end within {} ms; its claim lapses", patience.toMillis());
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
            log.warn("{} did not close", part.getClass().getName(), e);
        }
    }
}
