package dev.evertoken.internal.store.json;

import dev.evertoken.internal.json.JsonMembers;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Writes the members of one JSON object in the given order; absent values are omitted. Not thread-safe. */
public final class JsonObjectWriter {

    /** Enough for most records, so that the text is not copied while it grows. */
    private static final int USUAL_LENGTH = 1024;

    private static final int USUAL_LENGTH_OF_PART = 128;

    private final JsonMembers json;

    private JsonObjectWriter(int expectedLength) {
        json = new JsonMembers(expectedLength);
    }

    /** Returns a writer of a whole object. */
    static JsonObjectWriter whole() {
        return new JsonObjectWriter(USUAL_LENGTH);
    }

    /** Returns a writer of an object in another one. */
    static JsonObjectWriter part() {
        return new JsonObjectWriter(USUAL_LENGTH_OF_PART);
    }

    /** Returns one object as UTF-8 bytes. */
    public static byte[] write(Consumer<JsonObjectWriter> members) {
        JsonObjectWriter writer = whole();
        members.accept(writer);
        return writer.bytes();
    }

    /** Returns the object as UTF-8 bytes. */
    byte[] bytes() {
        return json.bytes();
    }

    public JsonObjectWriter number(String name, long value) {
        json.addNumber(wellFormed("a name", name), Long.toString(value));
        return this;
    }

    JsonObjectWriter flag(String name, boolean value) {
        json.add(wellFormed("a name", name), value);
        return this;
    }

    /** @throws IllegalArgumentException if the text contains an unpaired surrogate, which UTF-8 cannot represent */
    public JsonObjectWriter text(String name, String value) {
        json.add(wellFormed("a name", name), wellFormed(name, value));
        return this;
    }

    JsonObjectWriter text(String name, Optional<String> value) {
        return value.isPresent() ? text(name, value.get()) : this;
    }

    JsonObjectWriter texts(String name, Collection<String> values) {
        for (String value : values) {
            wellFormed(name, value);
        }
        json.add(wellFormed("a name", name), values);
        return this;
    }

    public JsonObjectWriter constant(String name, Enum<?> value) {
        return text(name, value.name());
    }

    public JsonObjectWriter bytes(String name, byte[] value) {
        return text(name, Base64.getEncoder().encodeToString(value));
    }

    public JsonObjectWriter instant(String name, Instant value) {
        return millis(name, value.getEpochSecond(), value.getNano());
    }

    JsonObjectWriter instant(String name, Optional<Instant> value) {
        return value.isPresent() ? instant(name, value.get()) : this;
    }

    JsonObjectWriter duration(String name, Duration value) {
        return millis(name, value.getSeconds(), value.getNano());
    }

    JsonObjectWriter object(String name, JsonObjectWriter members) {
        json.add(wellFormed("a name", name), members.json);
        return this;
    }

    private JsonObjectWriter millis(String name, long seconds, int nanos) {
        json.addNumber(wellFormed("a name", name), Milliseconds.written(seconds, nanos));
        return this;
    }

    private static String wellFormed(String name, String value) {
        for (int at = 0; at < value.length(); at++) {
            if (Character.isSurrogate(value.charAt(at))) {
                if (!Character.isSupplementaryCodePoint(value.codePointAt(at))) {
                    throw new IllegalArgumentException(name + " has an unpaired surrogate and cannot be stored");
                }
                at++; // the second half of the pair
            }
        }
        return value;
    }
}
