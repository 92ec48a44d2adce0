package dev.evertoken.okhttp;

import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.Okio;
import okio.Source;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The whole body of a response that was judged before its beginning had arrived. The judged part is available at once;
 * the rest when it arrives. Not thread-safe, like every body.
 */
final class LateBody extends ResponseBody {

    private final ResponseBody body;
    private final BufferedSource source;

    LateBody(BodyPeek peek) {
        this.body = peek.body();
        this.source = Okio.buffer(new Rest(peek));
    }

    @Override
    public @Nullable MediaType contentType() {
        return body.contentType();
    }

    @Override
    public long contentLength() {
        return body.contentLength();
    }

    @Override
    public BufferedSource source() {
        return source;
    }

    /** The judged part, then the source of the original body. */
    private static final class Rest implements Source {
        private final BodyPeek peek;
        private int returned;
        private boolean isOurs;

        Rest(BodyPeek peek) {
            this.peek = peek;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            byte[] judged = isOurs ? new byte[0] : peek.shownFrom(returned, byteCount);
            if (judged.length > 0) {
                sink.write(judged);
                returned += judged.length;
                return judged.length;
            }
            if (!isOurs) {
                peek.awaitSource(returned);
                peek.body().source().skip(returned);
                isOurs = true;
            }
            return peek.body().source().read(sink, byteCount);
        }

        @Override
        public Timeout timeout() {
            return peek.body().source().timeout();
        }

        @Override
        public void close() {
            peek.abandon();
        }
    }
}
