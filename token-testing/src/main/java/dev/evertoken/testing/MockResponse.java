package dev.evertoken.testing;

import dev.evertoken.internal.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The next response of a mock server, in place of the provider's own.
 *
 * <p>A response is sent before the provider processes the request, unless {@link #afterProcessing()} is called. Before
 * processing, the grant is unchanged, as if the request had been stopped in transit. After processing, the provider has
 * acted (a refresh token is used) and its response is lost or modified. Immutable.
 */
public final class MockResponse {

    /** Writes a response; receives the provider's own response, or a placeholder before processing. */
    @FunctionalInterface
    interface Writer {
        /** Returns whether the connection can be used for another request. */
        boolean write(MockConnection connection, MockHttpResponse own) throws IOException, InterruptedException;
    }

    private static final MockHttpResponse PLACEHOLDER = MockHttpResponse.json(
            200, JsonObject.builder().add("note", "placeholder of a response that is never sent completely"));
    private static final int CHUNK = 64 * 1024;

    private final boolean processed;
    private final Optional<Checkpoint> arrival;
    private final Optional<MockHttpResponse> complete;
    private final Writer writer;

    private MockResponse(
            boolean processed, Optional<Checkpoint> arrival, Optional<MockHttpResponse> complete, Writer writer) {
        this.processed = processed;
        this.arrival = arrival;
        this.complete = complete;
        this.writer = writer;
    }

    private static MockResponse of(MockHttpResponse reply) {
        return new MockResponse(false, Optional.empty(), Optional.of(reply), (connection, own) -> {
            reply.writeTo(connection);
            return true;
        });
    }

    private static MockResponse unprocessed(Writer writer) {
        return new MockResponse(false, Optional.empty(), Optional.empty(), writer);
    }

    /** Returns the provider's own response, for the entries of a script where nothing fails. */
    public static MockResponse normal() {
        return unprocessed((connection, own) -> {
                    own.writeTo(connection);
                    return true;
                })
                .afterProcessing();
    }

    /** Returns a response with a status and a body of this content type. */
    public static MockResponse of(int status, String contentType, String body) {
        return of(MockHttpResponse.of(status, contentType, body));
    }

    /** Returns a response with a status and a JSON body. */
    public static MockResponse json(int status, String body) {
        return of(MockHttpResponse.json(status, body));
    }

    /** Returns a response with a status and no body. */
    public static MockResponse status(int status) {
        return of(MockHttpResponse.empty(status));
    }

    /** Returns a response with a status and an HTML page, like those of gateways, firewalls and login pages. */
    public static MockResponse html(int status) {
        return of(status, "text/html; charset=utf-8", "<!DOCTYPE html><html><title>Please sign in</title></html>");
    }

    /** Returns status 200 without a body. */
    public static MockResponse empty() {
        return status(200);
    }

    /** Returns a redirect. */
    public static MockResponse redirect(int status, URI target) {
        return of(MockHttpResponse.empty(status).header("Location", target.toString()));
    }

    /**
     * Returns status 200 with a JSON body that announces this number of bytes and consists of spaces; it is written
     * until the client closes the connection.
     */
    public static MockResponse huge(long bytes) {
        return unprocessed((connection, own) -> {
            connection.write(MockHttpResponse.of(200, "application/json", "").head("Content-Length: " + bytes));
            byte[] spaces = " ".repeat(CHUNK).getBytes(StandardCharsets.US_ASCII);
            for (long left = bytes; left >= CHUNK; left -= CHUNK) {
                connection.write(spaces);
            }
            return false;
        });
    }

    /** Returns status 200 with an endless chunked body. */
    public static MockResponse endless() {
        return unprocessed((connection, own) -> {
            connection.write(MockHttpResponse.of(200, "application/json", "").head("Transfer-Encoding: chunked"));
            String chunk = Integer.toHexString(CHUNK) + "\r\n" + " ".repeat(CHUNK) + "\r\n";
            while (!connection.isClosed()) {
                connection.write(chunk);
            }
            return false;
        });
    }

    /**
     * Returns the provider's own response; its body is written one byte at a time under the control of {@code
     * slowBody}.
     */
    public static MockResponse slowBody(SlowBody slowBody) {
        return unprocessed((connection, own) -> {
            connection.write(own.head("Content-Length: " + own.bytes().length));
            slowBody.writeTo(connection, own.bytes());
            return false;
        });
    }

    /**
     * Closes the connection before the first header. A request that may be received twice is then sent again if its
     * connection had served an earlier request, and gets the next response; so two are needed to make it fail.
     */
    public static MockResponse disconnect() {
        return unprocessed((connection, own) -> false);
    }

    /** Resets the connection before the first header; what is said of {@link #disconnect} applies. */
    public static MockResponse reset() {
        return unprocessed((connection, own) -> {
            connection.reset();
            return false;
        });
    }

    /** Sends nothing and keeps the connection open until the client closes it. */
    public static MockResponse noResponse() {
        return unprocessed((connection, own) -> {
            connection.awaitEnd();
            return false;
        });
    }

    /** Sends the headers and the first half of the body, then closes the connection. */
    public static MockResponse disconnectMidBody() {
        return unprocessed((connection, own) -> {
            connection.write(own.head("Content-Length: " + own.bytes().length));
            connection.write(Arrays.copyOf(own.bytes(), own.bytes().length / 2));
            return false;
        });
    }

    /** Returns this response, sent after the provider has processed the request. */
    public MockResponse afterProcessing() {
        return new MockResponse(true, arrival, complete, writer);
    }

    /** Returns this response to a request that is held on arrival, before the provider processes it. */
    public MockResponse heldOnArrival(Checkpoint checkpoint) {
        return new MockResponse(processed, Optional.of(checkpoint), complete, writer);
    }

    /** Returns this response, held before it is sent; any processing by the provider is complete. */
    public MockResponse heldBeforeSending(Checkpoint checkpoint) {
        return new MockResponse(processed, arrival, complete, (connection, own) -> {
            checkpoint.arrive();
            return writer.write(connection, own);
        });
    }

    /**
     * Returns this response with one more header.
     *
     * @throws IllegalStateException if it is one of the incomplete responses
     */
    public MockResponse header(String name, String value) {
        MockHttpResponse reply = complete.orElseThrow(
                () -> new IllegalStateException("only a complete response can have another header"));
        MockResponse more = of(reply.header(name, value));
        return new MockResponse(processed, arrival, more.complete, more.writer);
    }

    /** Waits at the checkpoint for requests, if there is one. */
    void arrive() throws InterruptedException {
        if (arrival.isPresent()) {
            arrival.get().arrive();
        }
    }

    /** Returns whether the provider processes the request before this response is sent. */
    boolean isProcessed() {
        return processed;
    }

    boolean write(MockConnection connection, MockHttpResponse own) throws IOException, InterruptedException {
        return writer.write(connection, own);
    }

    /** Writes a response that is sent before the provider processes the request. */
    boolean writeUnprocessed(MockConnection connection) throws IOException, InterruptedException {
        return writer.write(connection, PLACEHOLDER);
    }
}
