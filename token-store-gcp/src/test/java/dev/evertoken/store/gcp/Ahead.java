package dev.evertoken.store.gcp;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.Future;

/** A process whose wall clock is ahead of everybody else's. Thread-safe. */
final class Ahead implements Timekeeper {

    private final Timekeeper system = Timekeeper.system();
    private final Duration by;

    Ahead(Duration by) {
        this.by = by;
    }

    @Override
    public long millis() {
        return system.millis() + by.toMillis();
    }

    @Override
    public long nanos() {
        return system.nanos();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return system.schedule(delay, task);
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        return system.await(event, timeout);
    }

    @Override
    public void close() {
        system.close();
    }
}
