package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The system clock plus an offset that a test can set. Tokens and claims expire according to the shifted clock; waits
 * take their real duration. Thread-safe.
 */
public final class FastForwardClock extends ForwardingTimekeeper {

    private final AtomicLong ahead = new AtomicLong();

    /** Creates a clock without an offset. */
    public FastForwardClock() {
        super(Timekeeper.system());
    }

    /** Returns a clock that is ahead of the system clock; closing it stops its timers. */
    public static FastForwardClock ahead(Duration offset) {
        FastForwardClock clock = new FastForwardClock();
        clock.setOffset(offset);
        return clock;
    }

    /** Sets the offset from the system clock; the previous offset is replaced. */
    public void setOffset(Duration offset) {
        ahead.set(offset.toMillis());
    }

    @Override
    public long millis() {
        return super.millis() + ahead.get();
    }
}
