package dev.evertoken.providers.internal.strava;

import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * When Strava's rate limits open again: it sends no {@code Retry-After}, but its windows are the quarters of the
 * hour and the UTC day, and its headers say which of them is used up. Stateless. Thread-safe.
 */
final class StravaLimits {

    private static final long QUARTER = Duration.ofMinutes(15).toSeconds();

    private StravaLimits() {}

    /** Returns the start of the next quarter, or of the next day if the day's requests are used up. */
    static Instant opensAt(ProviderResponse response) {
        Optional<Instant> told = RetryAfter.of(response);
        if (told.isPresent()) {
            return told.get();
        }
        boolean day = isDayUsedUp(response, "X-RateLimit") || isDayUsedUp(response, "X-ReadRateLimit");
        if (day) {
            return response.at().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
        }
        return Instant.ofEpochSecond((response.at().getEpochSecond() / QUARTER + 1) * QUARTER);
    }

    private static boolean isDayUsedUp(ProviderResponse response, String prefix) {
        Optional<Long> limit = response.header(prefix + "-Limit").flatMap(StravaLimits::ofDay);
        Optional<Long> usage = response.header(prefix + "-Usage").flatMap(StravaLimits::ofDay);
        return limit.isPresent() && usage.isPresent() && usage.get() >= limit.get();
    }

    /** The header is {@code quarter,day}. */
    private static Optional<Long> ofDay(String header) {
        String[] parts = header.split(",", -1);
        if (parts.length != 2 || !parts[1].strip().matches("\\d{1,9}")) {
            return Optional.empty();
        }
        return Optional.of(Long.parseLong(parts[1].strip()));
    }
}
