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
public final class Answer {

    /** How an answer goes out; told the provider's own answer, or a stand-in before processing. */
    @FunctionalInterface
    interface Writer {
        /** Returns true if the connection can be used for another request. */
        boolean write(Wire wire, Reply own) throws IOException, InterruptedException;
    }

    private static final Reply STAND_IN = Reply.json(200, "note", "this answer stands for one that never came whole");
    private static final int CHUNK = 64 * 1024;

    private final boolean processed;
    private final Optional<Hold> arrival;
    private final Optional<Reply> whole;
    private final Writer writer;

    private Answer(boolean processed, Optional<Hold> arrival, Optional<Reply> whole, Writer writer) {
        this.processed = processed;
        this.arrival = arrival;
        this.whole = whole;
        this.writer = writer;
    }

    private static Answer of(Reply reply) {
        return new Answer(false, Optional.empty(), Optional.of(reply), (wire, own) -> {
            reply.writeTo(wire);
            return true;
        });
    }

    private static Answer unprocessed(Writer writer) {
        return new Answer(false, Optional.empty(), Optional.empty(), writer);
    }

    /** Returns what the provider would say: the place in a script where nothing goes wrong. */
    public static Answer normal() {
        return unprocessed((wire, own) -> {
                    own.writeTo(wire);
                    return true;
                })
                .afterProcessing();
    }

    /** Returns a status with a body of this content type. */
    public static Answer of(int status, String contentType, String body) {
        return of(Reply.of(status, contentType, body));
    }

    /** Returns a status with a JSON body. */
    public static Answer json(int status, String body) {
        return of(Reply.json(status, body));
    }

    /** Returns a status without a body. */
    public static Answer status(int status) {
        return of(Reply.empty(status));
    }

    /** Returns a status with an HTML page, as gateways, firewalls and login walls send it. */
    public static Answer html(int status) {
        return of(status, "text/html; charset=utf-8", "<!DOCTYPE html><html><title>Please sign in</title></html>");
    }

    /** Returns 200 with no body at all. */
    public static Answer empty() {
        return status(200);
    }

    /** Returns a redirect. */
    public static Answer redirect(int status, URI target) {
        return of(Reply.empty(status).header("Location", target.toString()));
    }

    /** Returns 200 with a JSON body that announces so many bytes and sends spaces until the other side gives up. */
    public static Answer huge(long bytes) {
        return unprocessed((wire, own) -> {
            wire.write(Reply.of(200, "application/json", "").head("Content-Length: " + bytes));
            byte[] spaces = " ".repeat(CHUNK).getBytes(StandardCharsets.US_ASCII);
            for (long left = bytes; left >= CHUNK; left -= CHUNK) {
                wire.write(spaces);
            }
            return false;
        });
    }

    /** Returns 200 with a body in chunks that never ends. */
    public static Answer endless() {
        return unprocessed((wire, own) -> {
            wire.write(Reply.of(200, "application/json", "").head("Transfer-Encoding: chunked"));
            String chunk = Integer.toHexString(CHUNK) + "\r\n" + " ".repeat(CHUNK) + "\r\n";
            while (!wire.isClosed()) {
                wire.write(chunk);
            }
            return false;
        });
    }

    /** Returns the provider's answer whose body goes out one byte at a time, as {@code drip} lets it. */
    public static Answer drip(Drip drip) {
        return unprocessed((wire, own) -> {
            wire.write(own.head("Content-Length: " + own.bytes().length));
            drip.pour(wire, own.bytes());
            return false;
        });
    }

    /** Returns nothing: the connection ends before the first header. */
    public static Answer disconnect() {
        return unprocessed((wire, own) -> false);
    }

    /** Returns nothing: the connection is reset before the first header. */
    public static Answer reset() {
        return unprocessed((wire, own) -> {
            wire.reset();
            return false;
        });
    }

    /** Returns nothing and keeps the connection open until the other side ends it. */
    public static Answer silence() {
        return unprocessed((wire, own) -> {
            wire.awaitEnd();
            return false;
        });
    }

    /** Returns the headers and the first half of the body, then ends the connection. */
    public static Answer disconnectMidBody() {
        return unprocessed((wire, own) -> {
            wire.write(own.head("Content-Length: " + own.bytes().length));
            wire.write(Arrays.copyOf(own.bytes(), own.bytes().length / 2));
            return false;
        });
    }

    /** Returns this answer, given after the provider has acted. */
    public Answer afterProcessing() {
        return new Answer(true, arrival, whole, writer);
    }

    /** Returns this answer to a request that is frozen on arrival, before the provider acts. */
    public Answer heldOnArrival(Hold hold) {
        return new Answer(processed, Optional.of(hold), whole, writer);
    }

    /** Returns this answer, frozen on its way back: whatever the provider does about it is done. */
    public Answer heldOnTheWayBack(Hold hold) {
        return new Answer(processed, arrival, whole, (wire, own) -> {
            hold.stay();
            return writer.write(wire, own);
        });
    }

    /**
     * Returns this answer with one more header.
     *
     * @throws IllegalStateException if it is one of those that do not come whole
     */
    public Answer header(String name, String value) {
        Reply reply = whole.orElseThrow(() -> new IllegalStateException("only a whole answer has headers to set"));
        Answer more = of(reply.header(name, value));
        return new Answer(processed, arrival, more.whole, more.writer);
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

    boolean write(Wire wire, Reply own) throws IOException, InterruptedException {
        return writer.write(wire, own);
    }

    /** Writes an answer that is given before the provider acts. */
    boolean writeUnprocessed(Wire wire) throws IOException, InterruptedException {
        return writer.write(wire, STAND_IN);
    }
}
