package dev.evertoken.internal.json;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An object (RFC 8259 section 4), whose members keep their order. Immutable. */
public final class JsonObject implements JsonValue {

    private final Map<String, JsonValue> members;

    /** @param members in their order; not changed by the caller any more */
    JsonObject(Map<String, JsonValue> members) {
        this.members = Collections.unmodifiableMap(members);
    }

    /** Returns a builder without members. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the members in their order. Unmodifiable. */
    public Map<String, JsonValue> members() {
        return members;
    }

    /** Returns a member; empty if it is missing or {@code null}. */
    public Optional<JsonValue> get(String name) {
        return Optional.ofNullable(members.get(name));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonObject that && members.equals(that.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
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

        private LinkedHashMap<String, JsonValue> members = new LinkedHashMap<>();
        private boolean built;

        private Builder() {}

        /** Adds a member. */
        public Builder add(String name, JsonValue value) {
            if (built) {
                members = new LinkedHashMap<>(members);
                built = false;
            }
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
            built = true;
            return new JsonObject(members);
        }
    }
}
