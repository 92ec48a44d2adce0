package dev.evertoken.examples.stravasync;

import com.squareup.moshi.JsonAdapter;
import com.squareup.moshi.JsonDataException;
import com.squareup.moshi.Moshi;
import java.io.IOException;
import java.util.Map;

/** JSON as maps, lists, texts and numbers. Stateless. */
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

    static String text(Map<String, Object> object) {
        return ANY.toJson(object);
    }
}
