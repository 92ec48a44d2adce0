package dev.evertoken.examples.calendarsync;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.util.Map;

/** JSON objects as maps. Stateless. */
final class Json {

    private static final JsonAdapter<Object> ANY = new Moshi.Builder().build().adapter(Object.class);

    private Json() {}

    /** Returns the value of a text; an empty text if it is null or not JSON. */
    static Object parse(String text) {
        try {
            Object value = ANY.fromJson(text);
            return value == null ? "" : value;
        } catch (JsonDataException | IOException e) {
            return "";
        }
    }

    /** Returns the text of a member; an empty text if there is none. */
    static String text(String json, String member) {
        return parse(json) instanceof Map<?, ?> object && object.get(member) instanceof String text ? text : "";
    }

    static String of(Map<String, Object> object) {
        return ANY.toJson(object);
    }
}
