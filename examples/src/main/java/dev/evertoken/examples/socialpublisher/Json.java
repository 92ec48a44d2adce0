package dev.evertoken.examples.socialpublisher;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** JSON as maps. Stateless. */
final class Json {

    private static final JsonAdapter<Object> ANY = new Moshi.Builder().build().adapter(Object.class);

    private Json() {}

    static String text(Map<String, ?> members) {
        return ANY.toJson(members);
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
