package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of this machine, some hours ahead when it is told to: whatever ends by then has ended, and waiting takes as
 * long as it does. Thread-safe.
 */
public final class LeapingTime implements Timekeeper {

    private final Timekeeper time = Timekeeper.system();
    private final AtomicLong ahead = new AtomicLong();

    /** Returns a time that is so far ahead of the machine; closing it ends its timers. */
    public static LeapingTime ahead(Duration far) {
        LeapingTime time = new LeapingTime();
        time.leapTo(far);
        return time;
    }

    /** Goes to so far ahead of the machine, wherever it was before. */
    public void leapTo(Duration far) {
        ahead.set(far.toMillis());
    }

    @Override
    public long millis() {
        return time.millis() + ahead.get();
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
