package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Forwards all methods to another timekeeper. A test overrides single methods. Thread-safe if the other timekeeper is.
 */
public class ForwardingTimekeeper implements Timekeeper {

    private final Timekeeper time;

    /** Wraps a timekeeper, which is closed with this one. */
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
    public CompletableFuture<@Nullable Void> delay(Duration delay) {
        return time.delay(delay);
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
