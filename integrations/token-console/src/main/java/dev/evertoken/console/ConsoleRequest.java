package dev.evertoken.console;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A request of HTTP, independent of a server. {@link #toString} contains neither headers nor the body. Immutable.
 */
public final class ConsoleRequest {

    private final String method;
    private final String path;
    private final Map<String, String> query;
    private final Map<String, List<String>> headers;
    private final byte[] body;

    private ConsoleRequest(
            String method, String path, Map<String, String> query, Map<String, List<String>> headers, byte[] body) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Returns a request.
     *
     * @param method the method, such as {@code GET}
     * @param target the path and the query as they were sent, with percent-encoding
     * @param headers the values of each header; the case of the names does not matter
     * @param body the body, empty if there is none; copied
     * @throws IllegalArgumentException if the target has a malformed percent-encoding
     */
    public static ConsoleRequest of(String method, String target, Map<String, List<String>> headers, byte[] body) {
        int mark = target.indexOf('?');
        String path = mark < 0 ? target : target.substring(0, mark);
        Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
        return new ConsoleRequest(
                method.toUpperCase(Locale.ROOT),
                decoded(path.replace("+", "%2B")),
                mark < 0 ? Map.of() : parameters(target.substring(mark + 1)),
                copy,
                body.clone());
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new TreeMap<>();
        for (String part : query.split("&", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            String value = equals < 0 ? "" : part.substring(equals + 1);
            parameters.putIfAbsent(decoded(name), decoded(value));
        }
        return parameters;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** Returns the method in upper case. */
    public String method() {
        return method;
    }

    /** Returns the decoded path. */
    public String path() {
        return path;
    }

    /** Returns a parameter of the query, the first if there are several; empty if it is missing or has no text. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).filter(value -> !value.isEmpty());
    }

    /** Returns the only value of a header; empty if it is missing or occurs more than once. */
    public Optional<String> header(String name) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** Returns all values of a header. Unmodifiable. */
    public List<String> headers(String name) {
        return headers.getOrDefault(name, List.of());
    }

    /** Returns a copy of the body. */
    public byte[] body() {
        return body.clone();
    }

    /** Returns the value of a cookie; empty if there is none. */
    Optional<String> cookie(String name) {
        for (String header : headers("Cookie")) {
            for (String pair : header.split(";", -1)) {
                String cookie = pair.strip();
                if (cookie.startsWith(name + "=")) {
                    return Optional.of(cookie.substring(name.length() + 1));
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public String toString() {
        return "ConsoleRequest[" + method + " " + path + "]";
    }
}
