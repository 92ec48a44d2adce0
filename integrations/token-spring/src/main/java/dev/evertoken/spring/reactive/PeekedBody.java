package dev.evertoken.spring.reactive;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * A body whose beginning is buffered until the decision about the response: then either the whole body is passed to the
 * caller, starting with the buffered part, or the rest is not read.
 *
 * <p>The beginning ends at {@link ResponseDecider#PEEK_BYTES}, at the end of the body, or at
 * {@link ResponseDecider#PEEK_TIME}. If a body ends early, the part that was read is passed on, followed by the
 * failure. No thread waits. Thread-safe.
 */
final class PeekedBody extends BaseSubscriber<DataBuffer> {

    private final CompletableFuture<PeekedBody> read = new CompletableFuture<>();
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final Sinks.Many<DataBuffer> all = Sinks.many().unicast().onBackpressureBuffer();

    /** Starts to read a body. */
    static Mono<PeekedBody> of(Flux<DataBuffer> body, RequestAuthorizer account) {
        return Mono.defer(() -> {
            PeekedBody peeked = new PeekedBody();
            Scheduled deadline = account.schedule(ResponseDecider.PEEK_TIME, () -> {
                // The timer's thread must not run what follows.
                Disposable unused = Schedulers.parallel().schedule(peeked::endPeek);
            });
            body.subscribe(peeked);
            return Mono.firstWithSignal(
                            Mono.fromFuture(peeked.read, true),
                            Mono.delay(ResponseDecider.PEEK_TIME).map(time -> peeked))
                    .doOnNext(PeekedBody::endPeek)
                    .doFinally(signal -> deadline.cancel())
                    .doOnCancel(peeked::discard);
        });
    }

    /** Ends the wait for the beginning, unless it has ended. */
    private void endPeek() {
        read.complete(this);
    }

    /** Returns the buffered part as text. */
    String text() {
        return shown.toString(UTF_8);
    }

    /** Returns the whole body. */
    Flux<DataBuffer> whole() {
        return all.asFlux()
                .doOnRequest(this::request)
                .doOnCancel(this::cancel)
                .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
    }

    /** Discards the body; the rest is not read. */
    void discard() {
        cancel();
        Disposable unused = all.asFlux().subscribe(DataBufferUtils.releaseConsumer(), failure -> {});
    }

    // ---- from the connection, one signal after the other

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        request(1);
    }

    @Override
    protected void hookOnNext(DataBuffer buffer) {
        boolean peeking = !read.isDone();
        if (peeking) {
            show(buffer);
        }
        if (all.tryEmitNext(buffer).isFailure()) {
            DataBufferUtils.release(buffer); // the caller has cancelled
        }
        if (peeking && shown.size() >= ResponseDecider.PEEK_BYTES) {
            endPeek();
        } else if (!read.isDone()) {
            request(1);
        }
    }

    private void show(DataBuffer buffer) {
        byte[] bytes = bytes(buffer);
        shown.write(bytes, 0, Math.min(bytes.length, ResponseDecider.PEEK_BYTES - shown.size()));
    }

    /** Returns a copy of the bytes of a buffer, which stays readable. */
    static byte[] bytes(DataBuffer buffer) {
        ByteBuffer copy = ByteBuffer.allocate(buffer.readableByteCount());
        buffer.toByteBuffer(copy);
        return copy.array();
    }

    @Override
    protected void hookOnComplete() {
        Sinks.EmitResult unused = all.tryEmitComplete();
        endPeek();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        Sinks.EmitResult unused = all.tryEmitError(failure);
        endPeek();
    }
}
