package dev.evertoken.providers;

import dev.evertoken.spi.ProviderAnswer;
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
    static Instant opensAt(ProviderAnswer answer) {
        Optional<Instant> told = RetryAfter.of(answer);
        if (told.isPresent()) {
            return told.get();
        }
        boolean day = isDayUsedUp(answer, "X-RateLimit") || isDayUsedUp(answer, "X-ReadRateLimit");
        if (day) {
            return answer.at().truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
        }
        return Instant.ofEpochSecond((answer.at().getEpochSecond() / QUARTER + 1) * QUARTER);
    }

    private static boolean isDayUsedUp(ProviderAnswer answer, String prefix) {
        Optional<Long> limit = answer.header(prefix + "-Limit").flatMap(StravaLimits::ofDay);
        Optional<Long> usage = answer.header(prefix + "-Usage").flatMap(StravaLimits::ofDay);
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
