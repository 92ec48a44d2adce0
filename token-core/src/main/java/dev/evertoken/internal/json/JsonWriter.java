package dev.evertoken.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/**
 * Writes JSON without white space, with the members of an object in their order. Equal values have equal texts.
 *
 * <p>Escaped are the characters that RFC 8259 section 7 requires, the line separators U+2028 and U+2029, which
 * JavaScript does not allow in a string, and unpaired surrogates, which UTF-8 cannot represent. Not thread-safe.
 */
public final class JsonWriter {

    /** Enough for most records, so that the text is not copied while it grows. */
    private static final int USUAL_LENGTH = 1024;

    private final StringBuilder out;
    private final boolean ascii;

    private JsonWriter(boolean ascii) {
        this(new StringBuilder(USUAL_LENGTH), ascii);
    }

    private JsonWriter(StringBuilder out, boolean ascii) {
        this.out = out;
        this.ascii = ascii;
    }

    /** Returns a writer that appends values to a text. */
    static JsonWriter appendingTo(StringBuilder text) {
        return new JsonWriter(text, false);
    }

    /** Returns the text of a value. */
    public static String text(JsonValue value) {
        JsonWriter writer = new JsonWriter(false);
        writer.value(value);
        return writer.out.toString();
    }

    /** Returns the text of a value in ASCII, which every character encoding of HTTP includes; the rest is escaped. */
    public static String asciiText(JsonValue value) {
        JsonWriter writer = new JsonWriter(true);
        writer.value(value);
        return writer.out.toString();
    }

    /** Returns the text of a value in UTF-8. */
    public static byte[] bytes(JsonValue value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the text of an object; the members are the texts of their values. */
    static String ofMemberTexts(Map<String, String> members) {
        JsonWriter writer = new JsonWriter(false);
        writer.object(members, writer.out::append);
        return writer.out.toString();
    }

    private void value(JsonValue value) {
        if (value instanceof JsonObject object) {
            object(object.members(), this::value);
        } else if (value instanceof JsonArray array) {
            array(array);
        } else if (value instanceof JsonString string) {
            string(string.value());
        } else if (value instanceof JsonNumber number) {
            out.append(number.digits());
        } else if (value instanceof JsonBoolean flag) {
            out.append(flag.value());
        }
    }

    private <V> void object(Map<String, V> members, Writing<V> writing) {
        out.append('{');
        String separator = "";
        for (Map.Entry<String, V> member : members.entrySet()) {
            out.append(separator);
            string(member.getKey());
            out.append(':');
            writing.write(member.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private void array(JsonArray array) {
        out.append('[');
        String separator = "";
        for (JsonValue value : array.values()) {
            out.append(separator);
            value(value);
            separator = ",";
        }
        out.append(']');
    }

    void strings(Collection<String> values) {
        out.append('[');
        String separator = "";
        for (String value : values) {
            out.append(separator);
            string(value);
            separator = ",";
        }
        out.append(']');
    }

    void string(String text) {
        out.append('"');
        int written = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                out.append(text, written, at);
                special(text, at);
                written = at + 1;
            }
        }
        if (written == 0) {
            out.append(text); // the usual case; a part of a text is appended character by character
        } else {
            out.append(text, written, text.length());
        }
        out.append('"');
    }

    private void special(String text, int at) {
        char c = text.charAt(at);
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (isEscaped(text, at)) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }

    private boolean isEscaped(String text, int at) {
        char c = text.charAt(at);
        return c < ' ' || (ascii && c > '~') || c == '\u2028' || c == '\u2029' || isUnpaired(text, at);
    }

    private static boolean isUnpaired(String text, int at) {
        char c = text.charAt(at);
        if (Character.isHighSurrogate(c)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(c) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    private interface Writing<V> {
        void write(V value);
    }
}
