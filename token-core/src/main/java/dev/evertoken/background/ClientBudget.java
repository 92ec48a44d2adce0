package dev.evertoken.background;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The refreshes that a client may start: a rate, and a daily quota if there is one. Not thread-safe. */
final class ClientBudget {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final double RATE_BURSTS = 6;
    private static final double QUOTA_BURSTS = 24;

    private final RateBudget rate;
    private final Optional<RateBudget> quota;

    ClientBudget(int perMinute, OptionalLong perDay, long now) {
        this.rate = new RateBudget(perMinute, MINUTE, perMinute / RATE_BURSTS, now);
        this.quota = perDay.isPresent()
                ? Optional.of(new RateBudget(perDay.getAsLong(), DAY, perDay.getAsLong() / QUOTA_BURSTS, now))
                : Optional.empty();
    }

    boolean tryTake(long now) {
        if (untilNext(now).isZero()) {
            rate.take();
            quota.ifPresent(RateBudget::take);
            return true;
        }
        return false;
    }

    /** Gives back a refresh that called no provider. */
    void giveBack() {
        rate.giveBack();
        quota.ifPresent(RateBudget::giveBack);
    }

    Duration untilNext(long now) {
        Duration byRate = rate.untilNext(now);
        Duration byQuota = quota.map(day -> day.untilNext(now)).orElse(Duration.ZERO);
        return byRate.compareTo(byQuota) > 0 ? byRate : byQuota;
    }
}
