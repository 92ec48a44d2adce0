package dev.evertoken.testing;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * What a mock server answers next, in place of what the provider would say.
 *
 * <p>An answer is given before processing unless {@link #afterProcessing()} says otherwise: before, the
 * grant is not touched, as if the request had been stopped on its way; after, the provider has acted (a
 * refresh token is spent) and its answer is lost or mangled. Immutable.
 */
public final class MockResponse {

    /** How an answer goes out; told the provider's own answer, or a stand-in before processing. */
    @FunctionalInterface
    interface Writer {
        /** Returns true if the connection can be used for another request. */
        boolean write(RawConnection connection, MockHttpResponse own) throws IOException, InterruptedException;
    }

    private static final MockHttpResponse STAND_IN =
            MockHttpResponse.json(200, "note", "this answer stands for one that never came whole");
    private static final int CHUNK = 64 * 1024;

    private final boolean processed;
    private final Optional<Checkpoint> arrival;
    private final Optional<MockHttpResponse> whole;
    private final Writer writer;

    private MockResponse(
            boolean processed, Optional<Checkpoint> arrival, Optional<MockHttpResponse> whole, Writer writer) {
        this.processed = processed;
        this.arrival = arrival;
        this.whole = whole;
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

    /** Returns what the provider would say: the place in a script where nothing goes wrong. */
    public static MockResponse normal() {
        return unprocessed((connection, own) -> {
                    own.writeTo(connection);
                    return true;
                })
                .afterProcessing();
    }

    /** Returns a status with a body of this content type. */
    public static MockResponse of(int status, String contentType, String body) {
        return of(MockHttpResponse.of(status, contentType, body));
    }

    /** Returns a status with a JSON body. */
    public static MockResponse json(int status, String body) {
        return of(MockHttpResponse.json(status, body));
    }

    /** Returns a status without a body. */
    public static MockResponse status(int status) {
        return of(MockHttpResponse.empty(status));
    }

    /** Returns a status with an HTML page, as gateways, firewalls and login walls send it. */
    public static MockResponse html(int status) {
        return of(status, "text/html; charset=utf-8", "<!DOCTYPE html><html><title>Please sign in</title></html>");
    }

    /** Returns 200 with no body at all. */
    public static MockResponse empty() {
        return status(200);
    }

    /** Returns a redirect. */
    public static MockResponse redirect(int status, URI target) {
        return of(MockHttpResponse.empty(status).header("Location", target.toString()));
    }

    /** Returns 200 with a JSON body that announces so many bytes and sends spaces until the other side gives up. */
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

    /** Returns 200 with a body in chunks that never ends. */
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

    /** Returns the provider's answer whose body goes out one byte at a time, as {@code drip} lets it. */
    public static MockResponse slow(SlowBody slowBody) {
        return unprocessed((connection, own) -> {
            connection.write(own.head("Content-Length: " + own.bytes().length));
            slowBody.pour(connection, own.bytes());
            return false;
        });
    }

    /** Returns nothing: the connection ends before the first header. */
    public static MockResponse disconnect() {
        return unprocessed((connection, own) -> false);
    }

    /** Returns nothing: the connection is reset before the first header. */
    public static MockResponse reset() {
        return unprocessed((connection, own) -> {
            connection.reset();
            return false;
        });
    }

    /** Returns nothing and keeps the connection open until the other side ends it. */
    public static MockResponse silence() {
        return unprocessed((connection, own) -> {
            connection.awaitEnd();
            return false;
        });
    }

    /** Returns the headers and the first half of the body, then ends the connection. */
    public static MockResponse disconnectMidBody() {
        return unprocessed((connection, own) -> {
            connection.write(own.head("Content-Length: " + own.bytes().length));
            connection.write(Arrays.copyOf(own.bytes(), own.bytes().length / 2));
            return false;
        });
    }

    /** Returns this answer, given after the provider has acted. */
    public MockResponse afterProcessing() {
        return new MockResponse(true, arrival, whole, writer);
    }

    /** Returns this answer to a request that is frozen on arrival, before the provider acts. */
    public MockResponse heldOnArrival(Checkpoint checkpoint) {
        return new MockResponse(processed, Optional.of(checkpoint), whole, writer);
    }

    /** Returns this answer, frozen on its way back: whatever the provider does about it is done. */
    public MockResponse heldOnTheWayBack(Checkpoint checkpoint) {
        return new MockResponse(processed, arrival, whole, (connection, own) -> {
            checkpoint.stay();
            return writer.write(connection, own);
        });
    }

    /**
     * Returns this answer with one more header.
     *
     * @throws IllegalStateException if it is one of those that do not come whole
     */
    public MockResponse header(String name, String value) {
        MockHttpResponse reply =
                whole.orElseThrow(() -> new IllegalStateException("only a whole answer has headers to set"));
        MockResponse more = of(reply.header(name, value));
        return new MockResponse(processed, arrival, more.whole, more.writer);
    }

    /** Stays at the hold on arrival, if there is one. */
    void arrive() throws InterruptedException {
        if (arrival.isPresent()) {
            arrival.get().stay();
        }
    }

    /** Tells whether the provider acts before this answer goes out. */
    boolean isProcessed() {
        return processed;
    }

    boolean write(RawConnection connection, MockHttpResponse own) throws IOException, InterruptedException {
        return writer.write(connection, own);
    }

    /** Writes an answer that is given before the provider acts. */
    boolean writeUnprocessed(RawConnection connection) throws IOException, InterruptedException {
        return writer.write(connection, STAND_IN);
    }
}
