package dev.evertoken.internal.store.json;

import dev.evertoken.internal.json.JsonNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * Reads and writes times in milliseconds: whole ones if possible, otherwise with up to six decimals, so that no
 * precision is lost. The times of ordinary records are converted without a {@link BigDecimal}. Stateless. Thread-safe.
 */
final class Milliseconds {

    private static final BigDecimal IN_SECOND = BigDecimal.valueOf(1000);
    private static final int DECIMALS = 6;
    private static final int NANOS = 1_000_000;

    /** Longer numbers may not fit into a {@code long}. */
    private static final int MOST_DIGITS = 15;

    private static final long MOST_SECONDS = 1_000_000_000_000L;

    private Milliseconds() {}

    /**
     * Returns the time of a number.
     *
     * @throws ArithmeticException if the value is finer than a nanosecond or out of range
     * @throws NumberFormatException if the exponent is out of range
     */
    static Duration read(JsonNumber number) {
        String digits = number.digits();
        int point = digits.indexOf('.');
        int whole = point < 0 ? digits.length() : point;
        int decimals = point < 0 ? 0 : digits.length() - point - 1;
        if (whole > MOST_DIGITS || decimals > DECIMALS || !areDigits(digits, point)) {
            return read(number.decimal());
        }
        long millis = value(digits, 0, whole);
        long nanos = value(digits, point + 1, point + 1 + decimals);
        for (int n = decimals; n < DECIMALS; n++) {
            nanos *= 10;
        }
        return Duration.ofSeconds(millis / 1000, millis % 1000 * NANOS + nanos);
    }

    /** Returns the number of the digits of a part, 0 for an empty part; the part is not empty if it is the first one. */
    private static long value(String digits, int from, int to) {
        long value = 0;
        for (int at = from; at < to; at++) {
            value = 10 * value + digits.charAt(at) - '0';
        }
        return value;
    }

    private static boolean areDigits(String text, int point) {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (at != point && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    private static Duration read(BigDecimal millis) {
        if (millis.scale() > DECIMALS || millis.precision() - millis.scale() > 30) {
            throw new ArithmeticException("a time is out of range");
        }
        BigDecimal seconds = millis.divide(IN_SECOND, 0, RoundingMode.FLOOR);
        BigDecimal rest = millis.subtract(seconds.multiply(IN_SECOND));
        return Duration.ofSeconds(
                seconds.longValueExact(), rest.movePointRight(DECIMALS).longValueExact());
    }

    /** Returns the number of a time. */
    static String written(long seconds, int nanos) {
        if (seconds < 0 || seconds > MOST_SECONDS) {
            return written(BigDecimal.valueOf(seconds).movePointRight(3).add(BigDecimal.valueOf(nanos, DECIMALS)));
        }
        String whole = Long.toString(seconds * 1000 + nanos / NANOS);
        int rest = nanos % NANOS;
        return rest == 0 ? whole : whole + "." + withoutEnd(Integer.toString(NANOS + rest));
    }

    private static String written(BigDecimal millis) {
        return millis.stripTrailingZeros().toPlainString();
    }

    /** Returns the decimals of a number of seven digits, without the zeros at its end. */
    private static String withoutEnd(String digits) {
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return digits.substring(1, end);
    }
}
