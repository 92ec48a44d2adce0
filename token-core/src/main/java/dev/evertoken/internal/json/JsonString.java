package dev.evertoken.internal.json;

import java.util.Optional;

/** A string (RFC 8259 section 7). Immutable. */
public record JsonString(String value) implements JsonValue {

    @Override
    public Optional<String> text() {
        return Optional.of(value);
    }

    @Override
    public String toString() {
        return "JsonString[" + value.length() + " characters]";
    }
}
