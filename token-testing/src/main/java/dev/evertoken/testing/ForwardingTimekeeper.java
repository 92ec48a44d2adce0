package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Future;

/**
 * A time around another one that goes as that one goes; a test overrides what is to be different. Thread-safe if the
 * other one is.
 */
public class ForwardingTimekeeper implements Timekeeper {

    private final Timekeeper time;

    /** Wraps a time, which is closed with it. */
    public ForwardingTimekeeper(Timekeeper time) {
        this.time = Objects.requireNonNull(time);
    }

    @Override
    public long millis() {
        return time.millis();
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
