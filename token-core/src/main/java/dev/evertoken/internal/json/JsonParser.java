package dev.evertoken.internal.json;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.Buffer;
import okio.BufferedSource;

/**
 * Parses one JSON value, strictly (RFC 8259) and within limits. {@code null} reads as absent, in objects and in arrays.
 * The tokenizer is that of Moshi, except for bytes as {@link CompactJson} reads them. Immutable.
 */
public final class JsonParser {

    private static final String OUTERMOST = "$";

    private final JsonLimits limits;

    public JsonParser(JsonLimits limits) {
        this.limits = limits;
    }

    /** Parses a value from its UTF-8 bytes; other bytes are rejected, not replaced. */
    public JsonValue parse(byte[] utf8) throws JsonException {
        Optional<JsonValue> compact = CompactJson.read(utf8, limits);
        return compact.isPresent() ? compact.get() : parsedByTokens(utf8);
    }

    private JsonValue parsedByTokens(byte[] utf8) throws JsonException {
        return parsed(
                () -> {
                    requireUtf8(utf8);
                    return new Buffer().write(utf8);
                },
                this::outermost);
    }

    private static void requireUtf8(byte[] bytes) throws IOException {
        for (byte b : bytes) {
            if (b < 0) {
                var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
                return;
            }
        }
    }

    /** Parses a value from its text. */
    public JsonValue parse(String text) throws JsonException {
        return parsed(() -> new Buffer().writeUtf8(text), this::outermost);
    }

    /** Returns the members of an object with the exact text of each value, whatever it is; the last of a name counts. */
    static Map<String, String> memberTexts(String text) throws JsonException {
        return parsed(() -> new Buffer().writeUtf8(text), tokens -> {
            Map<String, String> members = new LinkedHashMap<>();
            tokens.beginObject();
            while (tokens.hasNext()) {
                String name = tokens.nextName();
                try (BufferedSource value = tokens.nextSource()) {
                    members.put(name, value.readUtf8());
                }
            }
            tokens.endObject();
            return members;
        });
    }

    /** Messages of the tokenizer may quote the text, so they are not passed on. */
    private static <T> T parsed(Source source, Parsing<T> parsing) throws JsonException {
        try (JsonReader tokens = JsonReader.of(source.bytes())) {
            return complete(tokens, parsing);
        } catch (IOException e) {
            throw new JsonException("is not valid JSON", OUTERMOST);
        }
    }

    private static <T> T complete(JsonReader tokens, Parsing<T> parsing) throws JsonException {
        try {
            T result = parsing.from(tokens);
            if (tokens.peek() != JsonReader.Token.END_DOCUMENT) {
                throw new JsonException("has content after its end", OUTERMOST);
            }
            return result;
        } catch (IOException | JsonDataException e) {
            throw new JsonException("is not valid JSON", tokens.getPath());
        }
    }

    private JsonValue outermost(JsonReader tokens) throws IOException, JsonException {
        return value(tokens, 1).orElseThrow(() -> new JsonException("has no value", OUTERMOST));
    }

    private Optional<JsonValue> value(JsonReader tokens, int level) throws IOException, JsonException {
        if (level > limits.levels()) {
            throw new JsonException("is nested deeper than " + limits.levels() + " levels", tokens.getPath());
        }
        return switch (tokens.peek()) {
            case BEGIN_OBJECT -> Optional.of(object(tokens, level));
            case BEGIN_ARRAY -> Optional.of(array(tokens, level));
            case STRING -> Optional.of(new JsonString(tokens.nextString()));
            case NUMBER -> Optional.of(number(tokens));
            case BOOLEAN -> Optional.of(new JsonBoolean(tokens.nextBoolean()));
            case NULL -> {
                tokens.nextNull();
                yield Optional.empty();
            }
            default -> throw new JsonException("is not valid JSON", tokens.getPath());
        };
    }

    private JsonObject object(JsonReader tokens, int level) throws IOException, JsonException {
        LinkedHashMap<String, JsonValue> members = new LinkedHashMap<>();
        tokens.beginObject();
        while (tokens.hasNext()) {
            String name = tokens.nextName();
            Optional<JsonValue> value = value(tokens, level + 1);
            if (value.isPresent()) {
                JsonValue earlier = members.put(name, value.get());
                if (earlier != null && !mayRepeat(earlier, value.get())) {
                    throw new JsonException("has a duplicate member", tokens.getPath());
                }
            }
        }
        tokens.endObject();
        return new JsonObject(members);
    }

    private JsonArray array(JsonReader tokens, int level) throws IOException, JsonException {
        List<JsonValue> values = new ArrayList<>();
        tokens.beginArray();
        while (tokens.hasNext()) {
            value(tokens, level + 1).ifPresent(values::add);
        }
        tokens.endArray();
        return new JsonArray(values);
    }

    private JsonNumber number(JsonReader tokens) throws IOException, JsonException {
        String digits = tokens.nextString();
        if (digits.length() > limits.numberLength()) {
            throw new JsonException("has a number of more than " + limits.numberLength() + " digits", tokens.getPath());
        }
        return new JsonNumber(digits);
    }

    private boolean mayRepeat(JsonValue earlier, JsonValue later) {
        return limits.repeated() == JsonLimits.Repeated.REJECTED_IF_DIFFERENT && earlier.equals(later);
    }

    private interface Source {
        Buffer bytes() throws IOException;
    }

    private interface Parsing<T> {
        T from(JsonReader tokens) throws IOException, JsonException;
    }
}
