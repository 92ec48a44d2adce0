package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.spi.provider.ProviderResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Parses {@code Retry-After} (RFC 9110 section 10.2.3): seconds, or an HTTP date in any of its three formats, which is
 * compared with the server's own {@code Date} if present. Stateless. Thread-safe.
 */
public final class RetryAfter {

    /** The upper bound of a delay, whatever the header says. */
    public static final Duration MAX_DELAY = Duration.ofDays(1);

    private static final List<DateTimeFormatter> DATES = List.of(
            DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.US),
            new DateTimeFormatterBuilder()
                    .appendPattern("EEEE, dd-MMM-")
                    .appendValueReduced(ChronoField.YEAR, 2, 2, 2000)
                    .appendPattern(" HH:mm:ss zzz")
                    .toFormatter(Locale.US),
            DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss yyyy", Locale.US).withZone(ZoneOffset.UTC));

    private RetryAfter() {}

    /** Returns the time of the header, never before the response was received; empty without a valid header. */
    public static Optional<Instant> of(ProviderResponse response) {
        Optional<Duration> delay =
                response.header("Retry-After").map(String::strip).flatMap(text -> delay(text, response));
        return delay.map(duration -> response.at().plus(clamped(duration)));
    }

    private static Optional<Duration> delay(String text, ProviderResponse response) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(text.length() > 9 ? MAX_DELAY : Duration.ofSeconds(Long.parseLong(text)));
        }
        return date(text).map(moment -> Duration.between(serverNow(response), moment));
    }

    /** Returns the server's time from {@code Date}, or the time of the local clock if the header is missing. */
    public static Instant serverNow(ProviderResponse response) {
        return response.header("Date").flatMap(RetryAfter::date).orElse(response.at());
    }

    /** Returns an HTTP date in any of its three formats; empty for any other text. */
    public static Optional<Instant> date(String text) {
        return DATES.stream()
                .map(form -> date(form, text.strip()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Instant> date(DateTimeFormatter form, String text) {
        try {
            return Optional.of(form.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Optional.empty(); // not in this format
        }
    }

    private static Duration clamped(Duration delay) {
        if (delay.isNegative()) {
            return Duration.ZERO;
        }
        return delay.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : delay;
    }
}
