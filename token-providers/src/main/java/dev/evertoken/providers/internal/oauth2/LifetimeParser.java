package dev.evertoken.providers.internal.oauth2;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * Makes sense of the times that token endpoints tell, whatever they are written in.
 *
 * <p>A lifetime is in seconds (RFC 6749 section 5.1). Texts and fractions are read as numbers. What is longer than
 * any token of the provider lives is taken for an epoch date or for milliseconds, if it makes sense as one, and is
 * dropped otherwise: a default is safer than a wild guess. Zero and less mean: ends now. Stateless. Thread-safe.
 */
public final class LifetimeParser {

    private static final Duration DATE_RANGE = Duration.ofDays(3660);
    private static final double LARGEST = 1e15;

    private LifetimeParser() {}

    /**
     * Returns the end that a lifetime amounts to; empty if it makes no sense.
     *
     * @param told the value as it was written
     * @param from when the request was sent
     * @param longest no token of this provider lives longer
     */
    static Optional<Instant> end(String told, Instant from, Duration longest) {
        Optional<Double> number = number(told);
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

    /** Returns a date that is written as epoch seconds, epoch milliseconds or ISO 8601; empty if it is none. */
    public static Optional<Instant> date(String told, Instant from) {
        Optional<Instant> moment = number(told).flatMap(LifetimeParser::epoch).or(() -> iso(told));
        return moment.filter(some -> isNear(some, from)).map(some -> some.isBefore(from) ? from : some);
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

    private static Optional<Instant> iso(String told) {
        try {
            return Optional.of(Instant.parse(told.strip()));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // not a date either
        }
    }

    private static Optional<Double> number(String told) {
        if (told.length() > 40) {
            return Optional.empty();
        }
        try {
            double value = Double.parseDouble(told.strip());
            return Math.abs(value) <= LARGEST ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty(); // words
        }
    }
}
