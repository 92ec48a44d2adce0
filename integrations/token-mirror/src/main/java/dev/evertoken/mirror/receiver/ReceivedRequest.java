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
 *
 * @param method the method, in upper case
 * @param path the path without the query, undecoded as it was sent
 * @param query the query without the question mark, undecoded; empty text if there is none
 * @param headers the headers by name in any case, each with one value
 * @param body the body
 */
public record ReceivedRequest(String method, String path, String query, Map<String, String> headers, byte[] body) {

    public ReceivedRequest {
        headers = headers.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue, (one, other) -> one));
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
