package dev.evertoken.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON in the form in which {@link JsonWriter} writes most values: without white space, and in printable ASCII
 * without escapes. {@link JsonParser} reads every other form, and decides what is wrong with a text. Not thread-safe.
 */
final class CompactJson {

    /** Thrown without a stack trace for a text of another form. */
    private static final class OtherForm extends RuntimeException {

        private static final long serialVersionUID = 1L;
        private static final OtherForm INSTANCE = new OtherForm();

        private OtherForm() {
            super("the text has another form", null, false, false);
        }
    }

    private final byte[] bytes;
    private final JsonLimits limits;
    private int at;

    private CompactJson(byte[] bytes, JsonLimits limits) {
        this.bytes = bytes;
        this.limits = limits;
    }

    /** Returns the value of a text; empty if the text has another form, is malformed or exceeds a limit. */
    static Optional<JsonValue> read(byte[] bytes, JsonLimits limits) {
        CompactJson json = new CompactJson(bytes, limits);
        try {
            JsonValue value = json.value(1);
            return json.at == bytes.length ? Optional.ofNullable(value) : Optional.empty();
        } catch (OtherForm e) {
            return Optional.empty();
        }
    }

    private @Nullable JsonValue value(int level) {
        if (level > limits.levels()) {
            throw OtherForm.INSTANCE;
        }
        byte first = current();
        return switch (first) {
            case '"' -> new JsonString(string());
            case '{' -> object(level);
            case '[' -> array(level);
            case 't' -> literal("true", new JsonBoolean(true));
            case 'f' -> literal("false", new JsonBoolean(false));
            case 'n' -> literal("null", null);
            default -> number();
        };
    }

    private JsonObject object(int level) {
        LinkedHashMap<String, JsonValue> members = new LinkedHashMap<>();
        at++;
        if (skips('}')) {
            return new JsonObject(members);
        }
        do {
            String name = string();
            require(':');
            JsonValue value = value(level + 1);
            if (value != null && members.put(name, value) != null) {
                throw OtherForm.INSTANCE;
            }
        } while (skips(','));
        require('}');
        return new JsonObject(members);
    }

    private JsonArray array(int level) {
        List<JsonValue> values = new ArrayList<>();
        at++;
        if (skips(']')) {
            return new JsonArray(values);
        }
        do {
            JsonValue value = value(level + 1);
            if (value != null) {
                values.add(value);
            }
        } while (skips(','));
        require(']');
        return new JsonArray(values);
    }

    private String string() {
        require('"');
        int from = at;
        byte[] text = bytes;
        int next = from;
        while (next < text.length && isPlain(text[next])) {
            next++;
        }
        at = next;
        require('"');
        return text(from, next);
    }

    private static boolean isPlain(byte sign) {
        return sign >= ' ' && sign <= '~' && sign != '"' && sign != '\\';
    }

    /** Reads a number without an exponent. */
    private JsonNumber number() {
        int from = at;
        boolean negative = skips('-');
        int whole = digits();
        boolean leadingZero = bytes[at - whole] == '0' && (whole > 1 || negative);
        if (leadingZero || (skips('.') && digits() == 0) || at - from > limits.numberLength()) {
            throw OtherForm.INSTANCE;
        }
        if (at < bytes.length && (bytes[at] == 'e' || bytes[at] == 'E')) {
            throw OtherForm.INSTANCE;
        }
        return new JsonNumber(text(from, at));
    }

    /** Reads digits and returns their number, at least 1. */
    private int digits() {
        int from = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == from) {
            throw OtherForm.INSTANCE;
        }
        return at - from;
    }

    private @Nullable JsonValue literal(String name, @Nullable JsonValue value) {
        for (int n = 0; n < name.length(); n++) {
            require(name.charAt(n));
        }
        return value;
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private byte current() {
        if (at >= bytes.length) {
            throw OtherForm.INSTANCE;
        }
        return bytes[at];
    }

    private boolean skips(char expected) {
        boolean found = at < bytes.length && bytes[at] == expected;
        if (found) {
            at++;
        }
        return found;
    }

    private void require(char expected) {
        if (!skips(expected)) {
            throw OtherForm.INSTANCE;
        }
    }
}
