package dev.evertoken.testing;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request that a {@link RawServer} received; {@code toString} contains no headers, parameters or body. Immutable.
 *
 * @param method for example {@code POST}
 * @param target the path and query as sent
 * @param headers by case-insensitive name; of a repeated name, the last value
 * @param body decoded as UTF-8; empty if there is none
 */
public record RawRequest(String method, String target, Map<String, String> headers, String body) {

    public RawRequest {
        TreeMap<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(headers);
        headers = Collections.unmodifiableMap(byName);
    }

    /** Returns the path without the query. */
    public String path() {
        return URI.create(target).getPath();
    }

    /** Returns a header; empty if it is absent. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Returns the decoded fields of a form body; of a repeated name, the last value. */
    public Map<String, String> form() {
        return fields(body);
    }

    /** Returns the decoded parameters of the query; of a repeated name, the last value. */
    public Map<String, String> query() {
        String query = URI.create(target).getRawQuery();
        return query == null ? Map.of() : fields(query);
    }

    /** Returns the parameters of a request: the query of a GET, the form of any other method. */
    public Map<String, String> parameters() {
        return method.equals("GET") ? query() : form();
    }

    static Map<String, String> fields(String encoded) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
        return fields;
    }

    static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "RawRequest[" + method + " " + path() + ", " + body.length() + " characters]";
    }
}
