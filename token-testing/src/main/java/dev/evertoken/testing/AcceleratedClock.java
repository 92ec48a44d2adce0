package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;

/**
 * A wall clock that runs faster than the system clock, in the same way in every process that has the same origin. Waits
 * and time-outs take their real duration. Thread-safe.
 */
final class AcceleratedClock extends ForwardingTimekeeper {

    /** The seconds of this clock in a real second: a token that is due after 15 seconds is due after 0.75. */
    private static final int FACTOR = 20;

    private final long origin;

    /** @param origin the time at which this clock and the system clock agree, in milliseconds of the epoch */
    AcceleratedClock(long origin) {
        super(Timekeeper.system());
        this.origin = origin;
    }

    @Override
    public long millis() {
        return origin + (super.millis() - origin) * FACTOR;
    }
}
