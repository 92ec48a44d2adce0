package dev.evertoken.okhttp;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.ProviderResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beginning of a response body, read until it is judged: at {@link ResponseDecider#PEEK_BYTES}, at the end of the
 * body, or at {@link ResponseDecider#PEEK_TIME}.
 *
 * <p>OkHttp has no read that ends at a time and leaves the rest of the body readable: its time-outs close the
 * connection. Another thread therefore reads. At the deadline the response is judged by the part that has arrived, and
 * that thread finishes the read in which it is blocked. Until then no other thread reads: {@link LateBody} first returns
 * the judged part and then waits for that read. Thread-safe.
 */
final class BodyPeek {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.HTTP);

    /** The owner of the source of the body. */
    private enum Phase {
        /** The reading thread. */
        READING,
        /** The caller. */
        READ,
        /** None: the reading thread closes the body. */
        DISCARDED
    }

    private final Call call;
    private final Response response;
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final CompletableFuture<@Nullable Void> judgeable = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.READING);
    private volatile @Nullable IOException failure;

    private BodyPeek(Call call, Response response) {
        this.call = call;
        this.response = response;
    }

    /** Reads the beginning of a body; blocks at most until the deadline. */
    static BodyPeek of(Call call, Response response, RequestAuthorizer account) {
        BodyPeek peek = new BodyPeek(call, response);
        if (response.body().contentLength() == 0) {
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
        return new ProviderResponse(response.code(), response.headers().toMultimap(), text(), account.now());
    }

    /** Returns the response with its whole body. */
    Response response() {
        return ended.isDone()
                ? response
                : response.newBuilder().body(new LateBody(this)).build();
    }

    /**
     * Closes the response, so that another request of the same call can follow.
     *
     * @throws InterruptedIOException if the thread is interrupted before the response is closed
     */
    void close() throws InterruptedIOException {
        if (!discard()) {
            return;
        }
        BlockedRead read = BlockedRead.of(response.body().source());
        read.end();
        awaitEnd();
        read.reset();
    }

    /** Closes the response without waiting; the call ends if its body is being read. */
    void abandon() {
        if (discard()) {
            call.cancel();
        }
    }

    /** Returns whether the reading thread closes the response; closes it if that thread has ended. */
    private boolean discard() {
        if (phase.compareAndSet(Phase.READING, Phase.DISCARDED)) {
            judgeable.complete(null);
            return true;
        }
        if (phase.get() == Phase.READ) {
            response.close();
        }
        return false;
    }

    // ---- the thread that waits for the judgement

    private void awaitJudgeable() {
        try {
            judgeable.get(ResponseDecider.PEEK_TIME.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            log.debug("the body of a response with status {} does not arrive in time", response.code());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed exceptionally
        }
        judgeable.complete(null);
    }

    private String text() {
        try (ResponseBody part =
                ResponseBody.create(shown.toByteArray(), response.body().contentType())) {
            return part.string();
        } catch (IOException e) {
            throw new IllegalStateException(e); // reads from memory
        }
    }

    // ---- the reading thread

    private void read() {
        try {
            BufferedSource source = response.body().source();
            while (!judgeable.isDone() && source.request(shown.size() + 1L)) {
                show(source.getBuffer());
            }
        } catch (IOException e) {
            failure = e;
            log.debug("the body of a response with status {} ended early", response.code(), e);
        } catch (RuntimeException e) {
            failure = new IOException("the response body could not be read", e);
        } finally {
            end();
        }
    }

    private void show(Buffer buffer) throws IOException {
        long more = Math.min(buffer.size(), ResponseDecider.PEEK_BYTES) - shown.size();
        buffer.copyTo(shown, shown.size(), more);
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
            BlockedRead.of(response.body().source()).reset();
            response.close();
        } catch (RuntimeException e) {
            log.debug("a response with status {} could not be closed", response.code(), e);
        }
    }

    // ---- the caller's body

    ResponseBody body() {
        return response.body();
    }

    /** Returns judged bytes from a position on; empty if all of them were returned. */
    byte[] shownFrom(int position, long most) {
        byte[] all = shown.toByteArray();
        int end = (int) Math.min(all.length, position + most);
        return Arrays.copyOfRange(all, Math.min(position, end), end);
    }

    /**
     * Waits until the reading thread has left the source to the caller.
     *
     * @throws IOException the failure of that thread, if no byte is left before it
     */
    void awaitSource(int skipped) throws IOException {
        awaitEnd();
        IOException why = failure;
        if (why != null && response.body().source().getBuffer().size() <= skipped) {
            throw why;
        }
    }

    private void awaitEnd() throws InterruptedIOException {
        try {
            ended.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for a response body");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e); // never completed exceptionally
        }
    }
}
