package dev.evertoken.mirror.receiver;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request that a web framework has received. The string representation contains neither headers nor the body.
 * Immutable; the body is not copied.
 */
public final class ReceivedRequest {

    private final String method;
    private final String path;
    private final String query;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * @param method the method, in upper case
     * @param path the path without the query, undecoded as it was sent
     * @param query the query without the question mark, undecoded; empty text if there is none
     * @param headers the headers by name in any case, each with one value
     * @param body the body
     */
    public ReceivedRequest(String method, String path, String query, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.path = path;
        this.query = query;
        this.headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue, (one, other) -> one));
        this.body = body;
    }

    /** Returns the method, in upper case. */
    public String method() {
        return method;
    }

    /** Returns the path without the query, undecoded as it was sent. */
    public String path() {
        return path;
    }

    /** Returns the query without the question mark, undecoded; empty text if there is none. */
    public String query() {
        return query;
    }

    /** Returns the headers by name in lower case. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Returns the body. */
    public byte[] body() {
        return body;
    }

    /** Returns a header by its name in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ReceivedRequest that
                && method.equals(that.method)
                && path.equals(that.path)
                && query.equals(that.query)
                && headers.equals(that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(method, path, query, headers, Arrays.hashCode(body));
    }

    /** Returns the method and the path. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
