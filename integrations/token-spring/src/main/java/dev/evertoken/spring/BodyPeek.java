package dev.evertoken.spring;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.ProviderResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.client.ClientHttpResponse;

/**
 * The beginning of a response body, read until it is judged: at {@link ResponseDecider#PEEK_BYTES}, at the end of the
 * body, or at {@link ResponseDecider#PEEK_TIME}.
 *
 * <p>A stream has no read that ends at a time and leaves the rest readable. Another thread therefore reads. At the
 * deadline the response is judged by the part that has arrived, and that thread finishes the read in which it is
 * blocked. Until then no other thread reads: {@link PeekedResponse} first returns the part that was read, and then
 * waits for that read. Thread-safe.
 */
final class BodyPeek {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.HTTP);
    private static final int CHUNK = 8 * 1024;

    /** The owner of the body. */
    private enum Phase {
        /** The reading thread. */
        READING,
        /** The caller. */
        READ,
        /** None: the reading thread closes the response. */
        DISCARDED
    }

    private final ClientHttpResponse response;
    private final int status;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final CompletableFuture<@Nullable Void> judgeable = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
    private volatile @Nullable IOException failure;

    private BodyPeek(ClientHttpResponse response, int status) {
        this.response = response;
        this.status = status;
    }

    /** Reads the beginning of a body; blocks at most until the deadline. */
    static BodyPeek of(ClientHttpResponse response, RequestAuthorizer account) throws IOException {
        BodyPeek peek = new BodyPeek(response, response.getStatusCode().value());
        if (response.getHeaders().getContentLength() == 0) {
            peek.end();
            return peek;
        }
        ReadingThreads.start(peek::read);
        Scheduled deadline = account.schedule(ResponseDecider.PEEK_TIME, () -> peek.judgeable.complete(null));
        peek.awaitJudgeable();
        deadline.cancel();
        return peek;
    }

    /** Returns the response with the part of the body that has arrived. */
    ProviderResponse shown(RequestAuthorizer account) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        response.getHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
        return new ProviderResponse(status, headers, shown.toString(UTF_8), account.now());
    }

    /** Returns the response with its whole body. */
    ClientHttpResponse response() {
        return new PeekedResponse(response, this);
    }

    /** Closes the response without waiting for its body; the rest is not read. */
    void close() {
        if (phase.compareAndSet(Phase.READING, Phase.DISCARDED)) {
            judgeable.complete(null);
        } else if (phase.get() == Phase.READ) {
            response.close();
        }
    }

    // ---- the thread that waits for the judgement

    private void awaitJudgeable() {
        try {
            judgeable.get(ResponseDecider.PEEK_TIME.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.debug("the body of a response with status {} does not arrive in time", status);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed exceptionally
        }
        judgeable.complete(null);
    }

    // ---- the reading thread

    private void read() {
        try {
            InputStream body = response.getBody();
            byte[] chunk = new byte[CHUNK];
            int read = 0;
            while (!judgeable.isDone() && read >= 0) {
                read = body.read(chunk, 0, Math.min(CHUNK, ResponseDecider.PEEK_BYTES - shown.size()));
                show(chunk, read);
            }
        } catch (IOException e) {
            failure = e;
            log.debug("the body of a response with status {} ended early", status, e);
        } catch (RuntimeException e) {
            failure = new IOException("the response body could not be read", e);
        } finally {
            end();
        }
    }

    private void show(byte[] chunk, int read) {
        if (read > 0) {
            shown.write(chunk, 0, read);
        }
        if (shown.size() >= ResponseDecider.PEEK_BYTES) {
            judgeable.complete(null);
        }
    }

    private void end() {
        if (!phase.compareAndSet(Phase.READING, Phase.READ)) {
            closeAfterRead();
        }
        judgeable.complete(null);
        ended.complete(null);
    }

    private void closeAfterRead() {
        try {
            response.close();
        } catch (RuntimeException e) {
            log.debug("a response with status {} could not be closed", status, e);
        }
    }

    // ---- the caller's body

    /** Returns the bytes that were read so far, without waiting. */
    byte[] bytes() {
        return shown.toByteArray();
    }

    /**
     * Waits until the reading thread has left the body to the caller.
     *
     * @throws InterruptedIOException if the thread is interrupted meanwhile
     */
    void awaitEnd() throws InterruptedIOException {
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a response body");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed exceptionally
        }
    }

    /** Throws the failure of the reading thread, if it failed. */
    void rethrow() throws IOException {
        IOException why = failure;
        if (why != null) {
            throw why;
        }
    }
}
