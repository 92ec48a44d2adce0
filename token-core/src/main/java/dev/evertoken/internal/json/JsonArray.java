package dev.evertoken.internal.json;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** An array (RFC 8259 section 5). Immutable. */
public record JsonArray(List<JsonValue> values) implements JsonValue {

    public JsonArray {
        values = List.copyOf(values);
    }

    /** Returns an array of values. */
    public static JsonArray of(JsonValue... values) {
        return new JsonArray(List.of(values));
    }

    /** Returns an array of strings. */
    public static JsonArray ofTexts(Collection<String> texts) {
        List<JsonValue> values = new ArrayList<>();
        for (String text : texts) {
            values.add(new JsonString(text));
        }
        return new JsonArray(values);
    }

    @Override
    public String toString() {
        return "JsonArray[" + values.size() + " values]";
    }
}
