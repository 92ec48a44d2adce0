package dev.evertoken.providers.internal.oauth2;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Parses the times in token responses, in whichever format they are written.
 *
 * <p>A lifetime is in seconds (RFC 6749 section 5.1). Strings and fractions are read as numbers. A value that exceeds
 * the longest token lifetime of the provider is read as an epoch date or as milliseconds if it is plausible as one, and
 * is ignored otherwise, since a default is safer than a guess. Zero and negative values mean that the token ends now.
 * Stateless. Thread-safe.
 */
public final class LifetimeParser {

    private static final Duration DATE_RANGE = Duration.ofDays(3660);
    private static final double LARGEST = 1e15;

    private LifetimeParser() {}

    /**
     * Returns the end of a lifetime; empty if the value is not plausible.
     *
     * @param text the value in its original text
     * @param from the time at which the request was sent
     * @param longest the longest lifetime of an access token of this provider
     */
    static Optional<Instant> end(String text, Instant from, Duration longest) {
        Optional<Double> number = number(text);
        if (number.isEmpty()) {
            return Optional.empty();
        }
        double value = number.get();
        if (value <= 0) {
            return Optional.of(from);
        }
        if (value <= longest.toSeconds()) {
            return Optional.of(from.plusSeconds((long) value));
        }
        Optional<Instant> date = epoch(value).filter(moment -> isNear(moment, from));
        if (date.isPresent()) {
            return date.map(moment -> moment.isBefore(from) ? from : moment);
        }
        return value / 1000 <= longest.toSeconds() ? Optional.of(from.plusMillis((long) value)) : Optional.empty();
    }

    /** Returns a date that is written as epoch seconds, epoch milliseconds or ISO 8601; empty for any other text. */
    public static Optional<Instant> date(String text, Instant from) {
        Optional<Instant> moment = number(text).flatMap(LifetimeParser::epoch).or(() -> iso(text));
        return moment.filter(date -> isNear(date, from)).map(date -> date.isBefore(from) ? from : date);
    }

    private static Optional<Instant> epoch(double value) {
        if (value < 1e9) {
            return Optional.empty();
        }
        return Optional.of(value < 1e11 ? Instant.ofEpochSecond((long) value) : Instant.ofEpochMilli((long) value));
    }

    private static boolean isNear(Instant moment, Instant from) {
        return Duration.between(from, moment).abs().compareTo(DATE_RANGE) <= 0;
    }

    private static Optional<Instant> iso(String text) {
        try {
            return Optional.of(Instant.parse(text.strip()));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // not ISO 8601
        }
    }

    private static Optional<Double> number(String text) {
        if (text.length() > 40) {
            return Optional.empty();
        }
        try {
            double value = Double.parseDouble(text.strip());
            return Math.abs(value) <= LARGEST ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // not a number
        }
    }
}
