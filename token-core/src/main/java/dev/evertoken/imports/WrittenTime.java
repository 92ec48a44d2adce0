package dev.evertoken.imports;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Optional;

/** Parses times in the formats that other programs use. Stateless. */
final class WrittenTime {

    /** Numbers of at least this value are milliseconds; in seconds they would be after the year 5000. */
    private static final BigDecimal FIRST_MILLIS = BigDecimal.valueOf(100_000_000_000L);

    private static final BigDecimal LAST_MILLIS = FIRST_MILLIS.movePointRight(3);

    /** The earliest accepted time, because no token is older than OAuth. */
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");

    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter();

    private WrittenTime() {}

    /**
     * Returns a time: seconds or milliseconds since the epoch, or ISO 8601, in UTC if it has no offset, also with a
     * space instead of the T. Empty for 0 and for the year 1, which represent no time; Go writes the latter.
     *
     * @throws DateTimeException if the text has another form, or is a time before 2000
     * @throws ArithmeticException if a number is finer than nanoseconds
     */
    static Optional<Instant> parse(String text) {
        boolean isNumber = text.matches("\\d{1,20}(\\.\\d{1,9})?");
        Instant time = isNumber ? ofNumber(new BigDecimal(text)) : ofIso(text);
        if (time.equals(Instant.EPOCH) || time.atOffset(ZoneOffset.UTC).getYear() == 1) {
            return Optional.empty();
        }
        if (time.isBefore(EARLIEST)) {
            throw new DateTimeException("a time before 2000");
        }
        return Optional.of(time);
    }

    private static Instant ofNumber(BigDecimal number) {
        if (number.compareTo(LAST_MILLIS) >= 0) {
            throw new DateTimeException("a number that is neither seconds nor milliseconds");
        }
        BigDecimal seconds = number.compareTo(FIRST_MILLIS) < 0 ? number : number.movePointLeft(3);
        BigDecimal whole = BigDecimal.valueOf(seconds.longValue());
        return Instant.ofEpochSecond(
                whole.longValueExact(),
                seconds.subtract(whole).movePointRight(9).longValue());
    }

    private static Instant ofIso(String text) {
        String iso = text.replaceFirst("(?<=^\\d{4}-\\d\\d-\\d\\d) ", "T")
                .replaceFirst(" UTC$", "Z")
                .replaceFirst(" (?=[+-])", "");
        TemporalAccessor time = ISO.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
        return time instanceof OffsetDateTime offset
                ? offset.toInstant()
                : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
    }
}
