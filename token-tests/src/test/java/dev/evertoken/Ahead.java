package dev.evertoken;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.Future;

/**
 * The time of this machine as it will be a while from now: whatever ends by then has ended. Thread-safe.
 *
 * @param by how far it is ahead
 */
public record Ahead(Timekeeper time, Duration by) implements Timekeeper {

    /** Returns the time that is so far ahead; closing it ends its timers. */
    public static Ahead by(Duration far) {
        return new Ahead(Timekeeper.system(), far);
    }

    @Override
    public long millis() {
        return time.millis() + by.toMillis();
    }

    @Override
    public long nanos() {
        return time.nanos();
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        return time.schedule(delay, task);
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        return time.await(event, timeout);
    }

    @Override
    public void close() {
        time.close();
    }
}
