package dev.evertoken.providers.internal.strava;

import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The times at which Strava's rate limits allow requests again. Strava sends no {@code Retry-After}, but its windows
 * are the quarters of the hour and the UTC day, and its headers show which of them is exhausted. Stateless.
 * Thread-safe.
 */
final class StravaLimits {

    private static final long QUARTER = Duration.ofMinutes(15).toSeconds();

    private StravaLimits() {}

    /** Returns the start of the next quarter of an hour, or of the next day if the daily limit is exhausted. */
    static Instant opensAt(ProviderResponse response) {
        Optional<Instant> retryAfter = RetryAfter.of(response);
        if (retryAfter.isPresent()) {
            return retryAfter.get();
        }
        boolean dailyLimit =
                isDailyLimitReached(response, "X-RateLimit") || isDailyLimitReached(response, "X-ReadRateLimit");
        if (dailyLimit) {
            return response.at().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
        }
        return Instant.ofEpochSecond((response.at().getEpochSecond() / QUARTER + 1) * QUARTER);
    }

    private static boolean isDailyLimitReached(ProviderResponse response, String prefix) {
        Optional<Long> limit = response.header(prefix + "-Limit").flatMap(StravaLimits::ofDay);
        Optional<Long> usage = response.header(prefix + "-Usage").flatMap(StravaLimits::ofDay);
        return limit.isPresent() && usage.isPresent() && usage.get() >= limit.get();
    }

    /** Returns the daily part of a header {@code quarter,day}. */
    private static Optional<Long> ofDay(String header) {
        String[] parts = header.split(",", -1);
        if (parts.length != 2 || !parts[1].strip().matches("\\d{1,9}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(parts[1].strip()));
    }
}
