package dev.evertoken.examples.socialpublisher;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.JsonWriter;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** JSON as maps; numbers are whole. Stateless. */
final class Json {

    private static final JsonAdapter<Object> ANY = new Moshi.Builder().build().adapter(Object.class);

    private Json() {}

    static String text(Map<String, ?> members) {
        Buffer text = new Buffer();
        try {
            write(JsonWriter.of(text), members);
        } catch (IOException e) {
            throw new UncheckedIOException("a buffer cannot be written", e);
        }
        return text.readUtf8();
    }

    private static void write(JsonWriter json, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> members) {
            json.beginObject();
            for (Map.Entry<?, ?> member : members.entrySet()) {
                json.name(String.valueOf(member.getKey()));
                write(json, member.getValue());
            }
            json.endObject();
        } else if (value instanceof List<?> elements) {
            json.beginArray();
            for (Object element : elements) {
                write(json, element);
            }
            json.endArray();
        } else {
            writeScalar(json, value);
        }
    }

    private static void writeScalar(JsonWriter json, @Nullable Object value) throws IOException {
        if (value instanceof Boolean truth) {
            json.value(truth);
        } else if (value instanceof Number number) {
            json.value(number.longValue());
        } else {
            json.value(String.valueOf(value));
        }
    }

    /** Returns the members of an object; empty if the text is not a JSON object. */
    @SuppressWarnings("unchecked") // the keys of a JSON object are strings
    static Optional<Map<String, Object>> object(String text) {
        try {
            return ANY.fromJson(text) instanceof Map<?, ?> members
                    ? Optional.of((Map<String, Object>) members)
                    : Optional.empty();
        } catch (IOException | JsonDataException e) {
            return Optional.empty();
        }
    }

    /** Returns a text below members, for example {@code text(body, "data", "id")}. */
    static Optional<String> find(Map<String, Object> members, String... path) {
        @Nullable Object found = members;
        for (String name : path) {
            found = found instanceof Map<?, ?> inner ? inner.get(name) : null;
        }
        return Optional.ofNullable(found).filter(String.class::isInstance).map(String.class::cast);
    }
}
