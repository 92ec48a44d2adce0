package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The time of this machine, some hours ahead when it is told to: whatever ends by then has ended, and waiting takes as
 * long as it does. Thread-safe.
 */
public final class FastForwardClock extends ForwardingTimekeeper {

    private final AtomicLong ahead = new AtomicLong();

    /** Starts a time that goes as the machine's. */
    public FastForwardClock() {
        super(Timekeeper.system());
    }

    /** Returns a time that is so far ahead of the machine; closing it ends its timers. */
    public static FastForwardClock ahead(Duration far) {
        FastForwardClock time = new FastForwardClock();
        time.leapTo(far);
        return time;
    }

    /** Goes to so far ahead of the machine, wherever it was before. */
    public void leapTo(Duration far) {
        ahead.set(far.toMillis());
    }

    @Override
    public long millis() {
        return super.millis() + ahead.get();
    }
}
