package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A complete HTTP response. Immutable; {@code toString} does not contain the body. */
record MockHttpResponse(int status, Map<String, String> headers, String body) {

    static MockHttpResponse json(int status, String body) {
        return of(status, "application/json; charset=utf-8", body);
    }

    static MockHttpResponse json(int status, JsonObject.Builder members) {
        return json(status, JsonWriter.text(members.build()));
    }

    static MockHttpResponse of(int status, String contentType, String body) {
        return new MockHttpResponse(status, Map.of("Content-Type", contentType), body);
    }

    static MockHttpResponse empty(int status) {
        return new MockHttpResponse(status, Map.of(), "");
    }

    MockHttpResponse header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new MockHttpResponse(status, more, body);
    }

    /** Writes the complete response. */
    void writeTo(MockConnection connection) throws IOException {
        byte[] bytes = bytes();
        byte[] head = head("Content-Length: " + bytes.length);
        byte[] all = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        connection.write(all);
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the status line and the headers with the given framing of the body. */
    byte[] head(String framing) {
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Mock\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append(framing).append("\r\n\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return "MockHttpResponse[" + status + ", " + body.length() + " characters]";
    }
}
