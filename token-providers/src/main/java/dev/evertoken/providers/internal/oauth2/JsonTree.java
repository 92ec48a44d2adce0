package dev.evertoken.providers.internal.oauth2;

import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * Parses any JSON into maps, lists and strings, strictly (RFC 8259) and with a limited depth.
 *
 * <p>Numbers keep their text, as {@link JsonNumber}, so a 19-digit id keeps all its digits and no exponent is
 * evaluated. {@code null} reads as absent. A text in which a member occurs twice with different values is rejected,
 * because it is ambiguous. Stateless. Thread-safe.
 */
public final class JsonTree {

    private static final int MAX_DEPTH = 32;

    private JsonTree() {}

    /** A number in its original text. Immutable. */
    public record JsonNumber(String text) {}

    /** Returns the members of an object; empty if the text is not a JSON object. */
    public static Optional<Map<String, Object>> object(String text) {
        try (JsonReader reader = JsonReader.of(new Buffer().writeUtf8(text))) {
            Map<String, Object> members = object(reader, 0);
            return reader.peek() == JsonReader.Token.END_DOCUMENT ? Optional.of(members) : Optional.empty();
        } catch (IOException | JsonDataException e) {
            return Optional.empty(); // not JSON, or cut off
        }
    }

    /** Returns the values of an array; empty if the text is not a JSON array. */
    public static Optional<List<Object>> list(String text) {
        try (JsonReader reader = JsonReader.of(new Buffer().writeUtf8(text))) {
            List<Object> values = list(reader, 0);
            return reader.peek() == JsonReader.Token.END_DOCUMENT ? Optional.of(values) : Optional.empty();
        } catch (IOException | JsonDataException e) {
            return Optional.empty(); // not JSON, or cut off
        }
    }

    private static @Nullable Object value(JsonReader reader, int depth) throws IOException {
        return switch (reader.peek()) {
            case BEGIN_OBJECT -> object(reader, depth);
            case BEGIN_ARRAY -> list(reader, depth);
            case STRING -> reader.nextString();
            case NUMBER -> new JsonNumber(reader.nextString());
            case BOOLEAN -> reader.nextBoolean();
            case NULL -> reader.nextNull();
            default -> throw new JsonDataException("value expected");
        };
    }

    private static Map<String, Object> object(JsonReader reader, int depth) throws IOException {
        requireShallow(depth);
        Map<String, Object> members = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            Object value = value(reader, depth + 1);
            if (value == null) {
                continue;
            }
            Object earlier = members.put(name, value);
            if (earlier != null && !earlier.equals(value)) {
                throw new JsonDataException("duplicate member");
            }
        }
        reader.endObject();
        return members;
    }

    private static List<Object> list(JsonReader reader, int depth) throws IOException {
        requireShallow(depth);
        List<Object> values = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
            Object value = value(reader, depth + 1);
            if (value != null) {
                values.add(value);
            }
        }
        reader.endArray();
        return values;
    }

    private static void requireShallow(int depth) {
        if (depth >= MAX_DEPTH) {
            throw new JsonDataException("nested too deeply");
        }
    }
}
