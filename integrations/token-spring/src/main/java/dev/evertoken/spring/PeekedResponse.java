package dev.evertoken.spring;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;

/** A response whose beginning was read in order to judge it; its body is complete. Not thread-safe. */
final class PeekedResponse implements ClientHttpResponse {

    private final ClientHttpResponse response;
    private final BodyPeek peek;
    private @Nullable InputStream body;

    PeekedResponse(ClientHttpResponse response, BodyPeek peek) {
        this.response = response;
        this.peek = peek;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
        return response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
        return response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
        return response.getHeaders();
    }

    @Override
    public InputStream getBody() {
        InputStream known = body;
        if (known == null) {
            known = new Body();
            body = known;
        }
        return known;
    }

    @Override
    public void close() {
        peek.close();
    }

    /** The bytes that were read, then those that the reading thread still reads, then the rest. */
    private final class Body extends InputStream {

        private int returned;
        private boolean isOurs;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int read = isOurs ? 0 : readShown(into, offset, length);
            if (read > 0) {
                return read;
            }
            if (!isOurs) {
                peek.awaitEnd();
                read = readShown(into, offset, length);
                isOurs = read == 0;
            }
            if (read > 0) {
                return read;
            }
            peek.rethrow();
            return response.getBody().read(into, offset, length);
        }

        private int readShown(byte[] into, int offset, int length) {
            byte[] shown = peek.bytes();
            int count = Math.min(length, shown.length - returned);
            System.arraycopy(shown, returned, into, offset, count);
            returned += count;
            return count;
        }
    }
}
