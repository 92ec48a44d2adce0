package dev.evertoken.providers;

import dev.evertoken.spi.Timekeeper;
import dev.evertoken.testing.ForwardingTimekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A timekeeper that runs every scheduled task as soon as an event has occurred, regardless of its delay. */
public final class EagerTimekeeper extends ForwardingTimekeeper {

    private final Runnable awaitEvent;

    public EagerTimekeeper(Runnable awaitEvent) {
        super(Timekeeper.system());
        this.awaitEvent = awaitEvent;
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        CompletableFuture<Void> scheduled =
                CompletableFuture.runAsync(awaitEvent).thenRun(task);
        return () -> scheduled.cancel(false);
    }
}
