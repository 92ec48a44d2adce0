package dev.evertoken.internal.json;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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
 * The tokenizer is that of Moshi. Immutable.
 */
public final class JsonParser {

    /** Messages of the tokenizer may quote the text, so they are not passed on. */
    private static final String INVALID = "is not valid JSON";

    private final JsonLimits limits;

    public JsonParser(JsonLimits limits) {
        this.limits = limits;
    }

    /** Parses a value from its UTF-8 bytes; other bytes are rejected, not replaced. */
    public JsonValue parse(byte[] utf8) throws JsonException {
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new JsonException(INVALID);
        }
    }

    /** Parses a value from its text. */
    public JsonValue parse(String text) throws JsonException {
        try (JsonReader tokens = reader(text)) {
            JsonValue result = outermost(tokens);
            requireEnd(tokens);
            return result;
        } catch (IOException | JsonDataException e) {
            throw new JsonException(INVALID);
        }
    }

    /** Returns the members of an object with the exact text of each value, whatever it is; the last of a name counts. */
    static Map<String, String> memberTexts(String text) throws JsonException {
        try (JsonReader tokens = reader(text)) {
            Map<String, String> members = new LinkedHashMap<>();
            tokens.beginObject();
            while (tokens.hasNext()) {
                String name = tokens.nextName();
                try (BufferedSource value = tokens.nextSource()) {
                    members.put(name, value.readUtf8());
                }
            }
            tokens.endObject();
            requireEnd(tokens);
            return members;
        } catch (IOException | JsonDataException e) {
            throw new JsonException(INVALID);
        }
    }

    private static JsonReader reader(String text) {
        return JsonReader.of(new Buffer().writeUtf8(text));
    }

    private static void requireEnd(JsonReader tokens) throws IOException, JsonException {
        if (tokens.peek() != JsonReader.Token.END_DOCUMENT) {
            throw new JsonException("has content after its end");
        }
    }

    private JsonValue outermost(JsonReader tokens) throws IOException, JsonException {
        Optional<JsonValue> value = value(tokens, 1);
        if (value.isEmpty()) {
            throw new JsonException("has no value");
        }
        return value.get();
    }

    private Optional<JsonValue> value(JsonReader tokens, int level) throws IOException, JsonException {
        if (level > limits.levels()) {
            throw new JsonException("is nested deeper than " + limits.levels() + " levels");
        }
        return switch (tokens.peek()) {
            case BEGIN_OBJECT -> Optional.of(object(tokens, level));
            case BEGIN_ARRAY -> Optional.of(array(tokens, level));
            case STRING -> Optional.of(new JsonString(tokens.nextString()));
            case NUMBER -> Optional.of(number(tokens.nextString()));
            case BOOLEAN -> Optional.of(new JsonBoolean(tokens.nextBoolean()));
            case NULL -> {
                tokens.nextNull();
                yield Optional.empty();
            }
            default -> throw new JsonException(INVALID);
        };
    }

    private JsonObject object(JsonReader tokens, int level) throws IOException, JsonException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        tokens.beginObject();
        while (tokens.hasNext()) {
            String name = tokens.nextName();
            Optional<JsonValue> value = value(tokens, level + 1);
            if (value.isPresent()) {
                JsonValue earlier = members.put(name, value.get());
                if (earlier != null && !mayRepeat(earlier, value.get())) {
                    throw new JsonException("has a duplicate member");
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
            Optional<JsonValue> value = value(tokens, level + 1);
            if (value.isPresent()) {
                values.add(value.get());
            }
        }
        tokens.endArray();
        return new JsonArray(values);
    }

    private JsonNumber number(String digits) throws JsonException {
        if (digits.length() > limits.numberLength()) {
            throw new JsonException("has a number of more than " + limits.numberLength() + " digits");
        }
        return new JsonNumber(digits);
    }

    private boolean mayRepeat(JsonValue earlier, JsonValue later) {
        return limits.repeated() == JsonLimits.Repeated.REJECTED_IF_DIFFERENT && earlier.equals(later);
    }
}
