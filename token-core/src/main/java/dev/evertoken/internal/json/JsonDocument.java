package dev.evertoken.internal.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON object that another program owns: some of its members are read and replaced, all others keep their exact text.
 * The string representation has the names of the members and no values. Immutable.
 */
public final class JsonDocument {

    private static final JsonParser PARSER =
            new JsonParser(new JsonLimits(16, Integer.MAX_VALUE, JsonLimits.Repeated.REJECTED_IF_DIFFERENT));

    private final Map<String, String> members;

    private JsonDocument(Map<String, String> members) {
        this.members = members;
    }

    /** Returns an object without members. */
    public static JsonDocument empty() {
        return new JsonDocument(Map.of());
    }

    /** Parses a JSON object; empty if the text is anything else. */
    public static Optional<JsonDocument> parse(String json) {
        try {
            return Optional.of(new JsonDocument(JsonParser.memberTexts(json)));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** Returns a member; empty if it is missing, {@code null} or not readable. */
    public Optional<JsonValue> get(String name) {
        String text = members.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(PARSER.parse(text));
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** Returns a member that is a string, or a number as it is written; empty if it is missing or of another type. */
    public Optional<String> text(String name) {
        return get(name).flatMap(JsonValue::text);
    }

    /** Returns the object with a member; empty removes the member. */
    public JsonDocument with(String name, Optional<? extends JsonValue> value) {
        Map<String, String> next = new LinkedHashMap<>(members);
        value.ifPresentOrElse(some -> next.put(name, JsonWriter.text(some)), () -> next.remove(name));
        return new JsonDocument(next);
    }

    /** Returns the JSON text of the object, including all values. */
    public String toJson() {
        return JsonWriter.ofMemberTexts(members);
    }

    /** Returns the names of the members. */
    @Override
    public String toString() {
        return "JsonDocument" + members.keySet();
    }
}
