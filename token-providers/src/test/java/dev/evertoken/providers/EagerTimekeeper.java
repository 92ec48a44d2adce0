package dev.evertoken.providers;

import dev.evertoken.spi.Timekeeper;
import dev.evertoken.testing.ForwardingTimekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A time in which every alarm goes off as soon as something has happened, however far away it was set. */
public final class EagerTimekeeper extends ForwardingTimekeeper {

    private final Runnable untilItHappened;

    public EagerTimekeeper(Runnable untilItHappened) {
        super(Timekeeper.system());
        this.untilItHappened = untilItHappened;
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        CompletableFuture<Void> alarm =
                CompletableFuture.runAsync(untilItHappened).thenRun(task);
        return () -> alarm.cancel(false);
    }
}
