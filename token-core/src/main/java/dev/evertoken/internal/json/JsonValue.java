package dev.evertoken.internal.json;

import java.util.Optional;

/**
 * A JSON value (RFC 8259 section 3). There is no value for {@code null}, because it counts as absent. The string
 * representation shows no strings and no numbers. Immutable.
 */
public sealed interface JsonValue permits JsonObject, JsonArray, JsonString, JsonNumber, JsonBoolean {

    /** Returns a string, or a number as it is written; empty for all other values. */
    default Optional<String> text() {
        return Optional.empty();
    }
}
