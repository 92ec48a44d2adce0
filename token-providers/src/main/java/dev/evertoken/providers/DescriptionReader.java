package dev.evertoken.providers;

import dev.evertoken.internal.json.JsonException;
import dev.evertoken.internal.json.JsonLimits;
import dev.evertoken.internal.json.JsonParser;
import dev.evertoken.internal.json.JsonValue;

/** Reads a description from JSON, strictly. Stateless. Thread-safe. */
final class DescriptionReader {

    static final int MAX_BYTES = 1024 * 1024;

    private static final JsonParser PARSER = new JsonParser(new JsonLimits(8, 30, JsonLimits.Repeated.REJECTED));

    private DescriptionReader() {}

    /** @throws IllegalArgumentException if the text is no description */
    static ProviderDescription read(String name, byte[] json) {
        try {
            if (json.length > MAX_BYTES) {
                throw new IllegalArgumentException("is longer than " + MAX_BYTES + " bytes");
            }
            return description(new JsonPlace(parsed(json), ""));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static JsonValue parsed(byte[] json) {
        try {
            return PARSER.parse(json);
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.detail() + " at " + e.path(), e);
        }
    }

    private static ProviderDescription description(JsonPlace outermost) {
        JsonPlace.Members members = outermost.members();
        String id = members.required("id", JsonPlace::text);
        Settings settings = Settings.INITIAL;
        for (Setting<?> setting : Setting.byName().values()) {
            Settings before = settings;
            settings = members.optional(setting.name(), place -> setting.readInto(before, place))
                    .orElse(before);
        }
        members.end();
        return new ProviderDescription(id, settings);
    }
}
