package dev.evertoken.providers;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A time in which every alarm goes off as soon as something has happened, however far away it was set. */
record EagerAlarm(Runnable untilItHappened) implements Timekeeper {

    @Override
    public long millis() {
        return System.currentTimeMillis();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        CompletableFuture<Void> alarm =
                CompletableFuture.runAsync(untilItHappened).thenRun(task);
        return () -> alarm.cancel(false);
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        try {
            event.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            return true;
        }
    }
}
