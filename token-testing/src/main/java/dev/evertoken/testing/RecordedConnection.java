package dev.evertoken.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.testing.HostedResponse.Ending;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * Collects the bytes of one response for a server that sends them itself. Not thread-safe; used only by the thread that
 * serves the request.
 */
final class RecordedConnection implements MockConnection {

    /** More than a client reads: the rest of a larger response is not sent. */
    static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final String END_OF_HEADERS = "\r\n\r\n";

    private final CountDownLatch closed;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean reset;

    /** @param closed is zero when the providers are closed */
    RecordedConnection(CountDownLatch closed) {
        this.closed = closed;
    }

    @Override
    public void write(byte[] more) throws IOException {
        if (bytes.size() + more.length > MOST_BYTES) {
            throw new IOException("the response has more than " + MOST_BYTES + " bytes");
        }
        bytes.writeBytes(more);
    }

    @Override
    public void write(String text) throws IOException {
        write(text.getBytes(UTF_8));
    }

    @Override
    public void reset() {
        reset = true;
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        closed.await();
    }

    @Override
    public boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Returns what was written. */
    HostedResponse response() {
        if (reset) {
            return HostedResponse.none(Ending.RESET);
        }
        String all = bytes.toString(ISO_8859_1);
        int end = all.indexOf(END_OF_HEADERS);
        if (end < 0) {
            return HostedResponse.none(Ending.CLOSED);
        }
        String[] lines = all.substring(0, end).split("\r\n", -1);
        Map<String, String> headers = headers(lines);
        return response(Integer.parseInt(lines[0].split(" ", 3)[1]), headers, all.substring(end + 4));
    }

    private static HostedResponse response(int status, Map<String, String> headers, String written) {
        if (headers.remove("Transfer-Encoding") != null) {
            // Written until the client has enough: only an endless response is sent in chunks.
            return new HostedResponse(status, headers, unchunked(written), Ending.CUT_OFF);
        }
        boolean complete = written.length() == Long.parseLong(headers.getOrDefault("Content-Length", "0"));
        return new HostedResponse(status, headers, written, complete ? Ending.COMPLETE : Ending.CUT_OFF);
    }

    private static String unchunked(String chunks) {
        StringBuilder body = new StringBuilder();
        for (int at = 0; at < chunks.length(); ) {
            int line = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, line), 16);
            body.append(chunks, line + 2, line + 2 + size);
            at = line + 2 + size + 2;
        }
        return body.toString();
    }

    private static Map<String, String> headers(String[] lines) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int line = 1; line < lines.length; line++) {
            int colon = lines[line].indexOf(": ");
            headers.put(lines[line].substring(0, colon), lines[line].substring(colon + 2));
        }
        return headers;
    }
}
