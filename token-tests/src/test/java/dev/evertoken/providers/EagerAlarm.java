package dev.evertoken.providers;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** A time in which every alarm goes off as soon as something has happened, however far away it was set. */
record EagerAlarm(Runnable untilItHappened) implements Timekeeper {

    private static final Timekeeper REAL = Timekeeper.system();

    @Override
    public long millis() {
        return REAL.millis();
    }

    @Override
    public long nanos() {
        return REAL.nanos();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        CompletableFuture<Void> alarm =
                CompletableFuture.runAsync(untilItHappened).thenRun(task);
        return () -> alarm.cancel(false);
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        return REAL.await(event, timeout);
    }
}
