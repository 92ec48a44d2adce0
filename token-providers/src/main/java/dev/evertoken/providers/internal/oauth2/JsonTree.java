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
 * Reads JSON of any content into maps, lists and texts, strictly (RFC 8259) and bounded in depth.
 *
 * <p>Numbers stay as they were written, as {@link JsonNumber}, so that a 19-digit id keeps its digits and no
 * exponent is ever worked out here; {@code null} reads as absent. A member that is there twice with different
 * values makes the text no JSON: nobody can say which one was meant. Stateless. Thread-safe.
 */
public final class JsonTree {

    private static final int DEEPEST = 32;

    private JsonTree() {}

    /** A number as it was written. Immutable. */
    public record JsonNumber(String text) {}

    /** Returns the members of an object; empty if the text is anything else. */
    public static Optional<Map<String, Object>> object(String text) {
        try (JsonReader reader = JsonReader.of(new Buffer().writeUtf8(text))) {
            Map<String, Object> members = object(reader, 0);
            return reader.peek() == JsonReader.Token.END_DOCUMENT ? Optional.of(members) : Optional.empty();
        } catch (IOException | JsonDataException e) {
            return Optional.empty(); // not JSON, or cut off
        }
    }

    /** Returns the values of a list; empty if the text is anything else. */
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
            default -> throw new JsonDataException("no value where one belongs");
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
                throw new JsonDataException("a member is there twice");
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
        if (depth >= DEEPEST) {
            throw new JsonDataException("nested too deeply");
        }
    }
}
