package dev.evertoken.internal.json;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * A number (RFC 8259 section 6) as it is written, so that an id of 19 digits keeps all its digits and no exponent is
 * evaluated. Immutable.
 */
public record JsonNumber(String digits) implements JsonValue {

    /** Returns an integer. */
    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    /**
     * Returns the exact value.
     *
     * @throws NumberFormatException if the exponent is beyond that of a {@link BigDecimal}
     */
    public BigDecimal decimal() {
        return new BigDecimal(digits);
    }

    @Override
    public Optional<String> text() {
        return Optional.of(digits);
    }

    @Override
    public String toString() {
        return "JsonNumber[" + digits.length() + " characters]";
    }
}
