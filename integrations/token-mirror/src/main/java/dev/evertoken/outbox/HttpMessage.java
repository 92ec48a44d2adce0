package dev.evertoken.outbox;

import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to a destination. The string representation contains neither headers nor the body. Immutable; the body is
 * not copied.
 */
public final class HttpMessage {

    private final String method;
    private final URI address;
    private final Map<String, String> headers;
    private final byte[] body;

    /**
     * @param method the method, in upper case
     * @param address the address
     * @param headers the headers by name
     * @param body the body; empty for a request without one
     */
    public HttpMessage(String method, URI address, Map<String, String> headers, byte[] body) {
        this.method = method;
        this.address = address;
        this.headers = Map.copyOf(headers);
        this.body = body;
    }

    /** Returns the method, in upper case. */
    public String method() {
        return method;
    }

    /** Returns the address. */
    public URI address() {
        return address;
    }

    /** Returns the headers by name. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Returns the body; empty for a request without one. */
    public byte[] body() {
        return body;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HttpMessage that
                && method.equals(that.method)
                && address.equals(that.address)
                && headers.equals(that.headers)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(method, address, headers, Arrays.hashCode(body));
    }

    /** Returns the method and the host. */
    @Override
    public String toString() {
        return method + " to " + address.getHost();
    }
}
