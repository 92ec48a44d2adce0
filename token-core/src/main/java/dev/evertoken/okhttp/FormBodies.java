package dev.evertoken.okhttp;

import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import java.io.IOException;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okio.Buffer;
import okio.BufferedSink;
import okio.ByteString;
import okio.ForwardingSink;
import okio.Okio;
import org.jspecify.annotations.Nullable;

/**
 * Reads the form bodies of requests whose signature covers them (RFC 5849 section 3.4.1.3.1). A form is read once,
 * before the first attempt, so that every attempt signs and sends the same bytes. Other bodies are left unchanged.
 * Stateless.
 */
final class FormBodies {

    private FormBodies() {}

    /**
     * Returns the request with its form body buffered; any other request unchanged.
     *
     * @throws TokenIOException if the form cannot be signed; nothing was sent
     */
    static Request read(RequestAuthorizer source, Request request) throws IOException {
        RequestBody body = request.body();
        if (body == null || body instanceof ReadForm || !isForm(body.contentType())) {
            return request;
        }
        if (body.isOneShot() || body.isDuplex()) {
            throw ResponseDecider.unsignable(
                    source, "a form body that can be written only once cannot be signed and sent");
        }
        if (body.contentLength() > ResponseDecider.FORM_BYTES) {
            throw tooLarge(source);
        }
        Buffer form = new Buffer();
        try (BufferedSink sink = Okio.buffer(new Bounded(form))) {
            body.writeTo(sink);
        } catch (TooLarge e) {
            throw tooLarge(source);
        }
        ReadForm read = new ReadForm(body.contentType(), form.readByteString());
        return request.newBuilder().method(request.method(), read).build();
    }

    /** Returns the text of a buffered form body. */
    static Optional<String> text(Request request) {
        return request.body() instanceof ReadForm form ? Optional.of(form.bytes.utf8()) : Optional.empty();
    }

    private static boolean isForm(@Nullable MediaType type) {
        return type != null
                && type.type().equalsIgnoreCase("application")
                && type.subtype().equalsIgnoreCase("x-www-form-urlencoded");
    }

    private static TokenIOException tooLarge(RequestAuthorizer source) {
        return ResponseDecider.unsignable(
                source,
                "a form body of more than " + ResponseDecider.FORM_BYTES
                        + " bytes is not buffered for signing; send it as multipart");
    }

    /** A buffered form body. */
    private static final class ReadForm extends RequestBody {
        private final @Nullable MediaType type;
        private final ByteString bytes;

        ReadForm(@Nullable MediaType type, ByteString bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        @Override
        public @Nullable MediaType contentType() {
            return type;
        }

        @Override
        public long contentLength() {
            return bytes.size();
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }

    /** A sink that accepts a limited number of bytes. */
    private static final class Bounded extends ForwardingSink {
        private long written;

        Bounded(Buffer into) {
            super(into);
        }

        @Override
        public void write(Buffer from, long bytes) throws IOException {
            written += bytes;
            if (written > ResponseDecider.FORM_BYTES) {
                from.clear();
                throw new TooLarge();
            }
            super.write(from, bytes);
        }
    }

    /** Thrown if a body exceeds the limit. */
    private static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;
    }
}
