package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonException;
import dev.evertoken.internal.json.JsonLimits;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonParser;
import dev.evertoken.internal.json.JsonValue;
import java.util.Optional;

/**
 * Parses the JSON of a provider, strictly and to a limited depth. A text in which a member occurs twice with different
 * values is rejected, because it is ambiguous. Stateless. Thread-safe.
 */
public final class ResponseJson {

    private static final JsonParser PARSER =
            new JsonParser(new JsonLimits(32, Integer.MAX_VALUE, JsonLimits.Repeated.REJECTED_IF_DIFFERENT));

    private ResponseJson() {}

    /** Returns an object; empty if the text is not a JSON object, or is cut off. */
    public static Optional<JsonObject> object(String text) {
        Optional<JsonValue> value = value(text);
        return value.isPresent() && value.get() instanceof JsonObject object ? Optional.of(object) : Optional.empty();
    }

    /** Returns an array; empty if the text is not a JSON array, or is cut off. */
    public static Optional<JsonArray> array(String text) {
        return value(text).filter(JsonArray.class::isInstance).map(JsonArray.class::cast);
    }

    private static Optional<JsonValue> value(String text) {
        try {
            return Optional.of(PARSER.parse(text));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }
}
