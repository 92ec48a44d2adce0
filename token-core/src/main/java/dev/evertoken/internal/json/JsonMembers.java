package dev.evertoken.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * The text of an object, written while its members are added, in their order. It is the text that {@link JsonWriter}
 * writes for a {@link JsonObject} with the same members; nothing but the text is kept. No name may be added twice.
 *
 * <p>Not thread-safe.
 */
public final class JsonMembers {

    private final StringBuilder text;
    private final JsonWriter writer;

    /** @param expectedLength of the text; it may be longer */
    public JsonMembers(int expectedLength) {
        this.text = new StringBuilder(expectedLength).append('{');
        this.writer = JsonWriter.appendingTo(text);
    }

    /** Adds a string. */
    public void add(String name, String value) {
        name(name);
        writer.string(value);
    }

    /** Adds an array of strings. */
    public void add(String name, Collection<String> values) {
        name(name);
        writer.strings(values);
    }

    /** Adds a boolean. */
    public void add(String name, boolean value) {
        name(name);
        text.append(value);
    }

    /** Adds an object. */
    public void add(String name, JsonMembers object) {
        name(name);
        text.append(object.text).append('}');
    }

    /** Adds a number. */
    public void addNumber(String name, String digits) {
        name(name);
        text.append(digits);
    }

    /** Returns the object as UTF-8 bytes. */
    public byte[] bytes() {
        return (text + "}").getBytes(StandardCharsets.UTF_8);
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        writer.string(name);
        text.append(':');
    }
}
