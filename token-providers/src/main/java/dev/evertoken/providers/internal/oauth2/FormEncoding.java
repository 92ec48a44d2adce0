package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * An {@code application/x-www-form-urlencoded} text (RFC 6749 appendix B). Its string form has the names but never the
 * values. Immutable.
 */
public final class FormEncoding {

    private final Map<String, String> fields;

    private FormEncoding(Map<String, String> fields) {
        this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    public static FormEncoding of(Map<String, String> fields) {
        return new FormEncoding(fields);
    }

    /** Parses a form; empty if the text is not a form or has a field twice with different values. */
    public static Optional<FormEncoding> parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : text.strip().split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals <= 0) {
                return Optional.empty();
            }
            try {
                String value = decoded(pair.substring(equals + 1));
                String earlier = fields.put(decoded(pair.substring(0, equals)), value);
                if (earlier != null && !earlier.equals(value)) {
                    return Optional.empty();
                }
            } catch (IllegalArgumentException e) {
                return Optional.empty(); // a broken percent sign: not a form
            }
        }
        return Optional.of(new FormEncoding(fields));
    }

    /** Returns a value in the encoding used between {@code =} and {@code &}. */
    static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    public Map<String, String> fields() {
        return fields;
    }

    /** Returns the encoded form to send, with secrets in clear text. */
    public String text() {
        StringJoiner text = new StringJoiner("&");
        for (Map.Entry<String, String> field : fields.entrySet()) {
            text.add(encoded(field.getKey()) + "=" + encoded(field.getValue()));
        }
        return text.toString();
    }

    /** Returns a JSON object of strings in ASCII, with secrets in clear text. */
    String json() {
        JsonObject.Builder members = JsonObject.builder();
        fields.forEach(members::add);
        return JsonWriter.asciiText(members.build());
    }

    private static String decoded(String value) {
        return URLDecoder.decode(value, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Form" + fields.keySet();
    }
}
