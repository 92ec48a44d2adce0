package dev.evertoken.background;

import java.time.Duration;

/**
 * A number of refreshes in a period, spread evenly: an unused part is kept, up to a burst. Not thread-safe.
 */
final class RateBudget {

    private final double perNano;
    private final double burst;
    private double left;
    private long at;

    /**
     * @param number how many refreshes a period has; 1 or more
     * @param burst the most refreshes at once; at least one is possible
     * @param now the time of a monotonic clock
     */
    RateBudget(long number, Duration period, double burst, long now) {
        this.perNano = (double) number / period.toNanos();
        this.burst = Math.max(1, burst);
        this.left = this.burst;
        this.at = now;
    }

    /** Returns how many refreshes may start now. */
    long available(long now) {
        left = Math.min(burst, left + perNano * Math.max(0, now - at));
        at = now;
        return (long) Math.floor(left + 1e-6);
    }

    /** Uses one refresh; the caller has checked that one is available. */
    void take() {
        left -= 1;
    }

    /** Gives back a refresh that was not needed. */
    void giveBack() {
        left = Math.min(burst, left + 1);
    }

    /** Returns the time until the next refresh may start; zero if one may start now. */
    Duration untilNext(long now) {
        return available(now) > 0 ? Duration.ZERO : Duration.ofNanos((long) Math.ceil((1 - left) / perNano));
    }
}
