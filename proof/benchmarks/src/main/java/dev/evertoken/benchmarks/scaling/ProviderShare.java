package dev.evertoken.benchmarks.scaling;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.RefreshPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;

/** A provider of the mix: its share of all accounts, and the lives of its tokens. Immutable. */
enum ProviderShare {
    GOOGLE("google", "Google", 40, RefreshModel.STATIC, Duration.ofHours(1), 220, 103),
    META("facebook", "Meta", 20, RefreshModel.EXTENDING, Duration.ofDays(60), 200, 0),
    X("x", "X", 15, RefreshModel.ROTATING, Duration.ofHours(2), 91, 91),
    LINKEDIN("linkedin", "LinkedIn", 15, RefreshModel.STATIC, Duration.ofDays(60), 350, 350),
    STRAVA("strava", "Strava", 10, RefreshModel.ROTATING, Duration.ofHours(6), 40, 40);

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration REFRESH_EARLY = Duration.ofMinutes(5);
    private static final int SAMPLE = 1_000;

    final String registration;
    final String title;
    final int percent;
    final RefreshModel model;
    final Duration lifetime;
    final int accessTokenLength;
    final int refreshTokenLength;

    ProviderShare(
            String registration,
            String title,
            int percent,
            RefreshModel model,
            Duration lifetime,
            int accessTokenLength,
            int refreshTokenLength) {
        this.registration = registration;
        this.title = title;
        this.percent = percent;
        this.model = model;
        this.lifetime = lifetime;
        this.accessTokenLength = accessTokenLength;
        this.refreshTokenLength = refreshTokenLength;
    }

    /** Returns the mean time from a refresh to the next, of an account whose tokens are refreshed as soon as due. */
    Duration interval() {
        RefreshPolicy policy = RefreshPolicy.early(REFRESH_EARLY);
        long sum = IntStream.range(0, SAMPLE)
                .mapToLong(n ->
                        untilDue(policy, TokenKey.of(registration, "user-" + n)).toMillis())
                .sum();
        return Duration.ofMillis(sum / SAMPLE);
    }

    private Duration untilDue(RefreshPolicy policy, TokenKey key) {
        Instant issued = Instant.EPOCH;
        return Duration.between(
                issued,
                policy.schedule(new RefreshPolicy.Facts(
                                key, model, issued, issued.plus(lifetime), Optional.empty(), Optional.empty()))
                        .refreshAt());
    }

    /** Returns whether an account is refreshed although no process uses it. */
    boolean isRefreshedIdle() {
        return lifetime.compareTo(DAY) > 0;
    }

    /** Returns the refreshes a day of one account that is in use. */
    double refreshesInUse() {
        return (double) DAY.toMillis() / interval().toMillis();
    }

    /** Returns the refreshes a day of one account that no process uses. */
    double refreshesIdle() {
        return isRefreshedIdle() ? refreshesInUse() : 1.0 / Assumptions.KEEP_ALIVE_DAYS;
    }

    /** Returns the mean number of refreshes a day of one account of this provider. */
    double refreshes() {
        return Assumptions.IN_USE * refreshesInUse() + (1 - Assumptions.IN_USE) * refreshesIdle();
    }

    /** Returns the accounts of this provider among all accounts. */
    double accounts(long all) {
        return all * percent / 100.0;
    }

    /** Returns the refreshes of a day, for all accounts of this provider. */
    double refreshesOf(long all) {
        return accounts(all) * refreshes();
    }

    boolean isRotating() {
        return model == RefreshModel.ROTATING;
    }
}
