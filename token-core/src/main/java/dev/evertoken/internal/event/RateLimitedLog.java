package dev.evertoken.internal.event;

import dev.evertoken.spi.Timekeeper;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** Keeps a log line that would repeat itself down to one a minute, and counts the others. Thread-safe. */
final class RateLimitedLog {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Timekeeper time;
    private final AtomicLong last;
    private final AtomicLong unsaid = new AtomicLong();

    RateLimitedLog(Timekeeper time) {
        this.time = time;
        this.last = new AtomicLong(time.nanos() - MINUTE);
    }

    /** Runs {@code line} if none ran for a minute, with how many were left out since; else counts this one. */
    void say(LongConsumer line) {
        long now = time.nanos();
        long before = last.get();
        if (now - before >= MINUTE && last.compareAndSet(before, now)) {
            line.accept(unsaid.getAndSet(0));
        } else {
            unsaid.incrementAndGet();
        }
    }
}
