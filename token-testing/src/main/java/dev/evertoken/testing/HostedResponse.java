package dev.evertoken.testing;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response of a mock provider to a request that a {@link MockHost} received. Immutable; {@code toString} contains no
 * headers and no body.
 *
 * @param status the HTTP status; 0 if the connection ends before a status is sent
 * @param headers the headers by name, with {@code Content-Length} if the length of the body is announced
 * @param content the bytes of the body that are sent, one character each
 * @param ending what happens to the connection after these bytes
 */
public record HostedResponse(int status, Map<String, String> headers, String content, Ending ending) {

    /** The ways in which a response ends. */
    public enum Ending {
        /** The response is complete. */
        COMPLETE,
        /** The connection is closed before the announced body is complete. */
        CUT_OFF,
        /** The connection is closed before the first byte. */
        CLOSED,
        /** The connection is reset before the first byte. */
        RESET
    }

    public HostedResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Returns a response that ends before its first byte. */
    static HostedResponse none(Ending ending) {
        return new HostedResponse(0, Map.of(), "", ending);
    }

    /** Returns a copy of the bytes of the body. */
    public byte[] body() {
        return content.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return "HostedResponse[" + status + ", " + content.length() + " bytes, " + ending + "]";
    }
}
