package dev.evertoken.internal.record;

import dev.evertoken.spi.Timekeeper;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Limits a repeated log message to one a minute, and counts the suppressed ones. Thread-safe. */
public final class RateLimitedLog {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Timekeeper time;
    private final AtomicLong last;
    private final AtomicLong suppressed = new AtomicLong();

    public RateLimitedLog(Timekeeper time) {
        this.time = time;
        this.last = new AtomicLong(time.nanos() - MINUTE);
    }

    /**
     * Runs {@code message} with the number of suppressed messages if none was logged for a minute; otherwise counts
     * this one.
     */
    public void log(LongConsumer message) {
        long now = time.nanos();
        long before = last.get();
        if (now - before >= MINUTE && last.compareAndSet(before, now)) {
            message.accept(suppressed.getAndSet(0));
        } else {
            suppressed.incrementAndGet();
        }
    }
}
