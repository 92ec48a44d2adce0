package dev.evertoken.internal.json;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** An object (RFC 8259 section 4), whose members keep their order. Immutable. */
public record JsonObject(Map<String, JsonValue> members) implements JsonValue {

    public JsonObject {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** Returns a builder without members. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a member; empty if it is missing or {@code null}. */
    public Optional<JsonValue> get(String name) {
        return Optional.ofNullable(members.get(name));
    }

    @Override
    public String toString() {
        return "JsonObject[" + members.size() + " members]";
    }

    /**
     * Builds an object from members in the order in which they are added.
     *
     * <p>Each method returns this builder, and throws {@link IllegalArgumentException} for a name that was added
     * before. Not thread-safe.
     */
    public static final class Builder {

        private final Map<String, JsonValue> members = new LinkedHashMap<>();

        private Builder() {}

        /** Adds a member. */
        public Builder add(String name, JsonValue value) {
            if (members.putIfAbsent(name, value) != null) {
                throw new IllegalArgumentException("member \"" + name + "\" was added twice");
            }
            return this;
        }

        /** Adds a string. */
        public Builder add(String name, String value) {
            return add(name, new JsonString(value));
        }

        /** Adds a number. */
        public Builder add(String name, long value) {
            return add(name, JsonNumber.of(value));
        }

        /** Adds a boolean. */
        public Builder add(String name, boolean value) {
            return add(name, new JsonBoolean(value));
        }

        /** Adds an array of strings. */
        public Builder add(String name, Collection<String> values) {
            return add(name, JsonArray.ofTexts(values));
        }

        /** Returns the object. */
        public JsonObject build() {
            return new JsonObject(members);
        }
    }
}
