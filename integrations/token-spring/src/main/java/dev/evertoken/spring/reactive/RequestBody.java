package dev.evertoken.spring.reactive;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpRequestDecorator;
import org.springframework.web.reactive.function.BodyInserter;
import org.springframework.web.reactive.function.client.ClientRequest;
import reactor.core.publisher.Mono;

/**
 * The body of a request, which is recorded while it is sent, so that the second attempt sends the same bytes. The body
 * of a value is one buffer and is recorded; a stream is not. Not thread-safe; one attempt after the other.
 */
final class RequestBody {

    private final BodyInserter<?, ? super ClientHttpRequest> inserter;
    private byte @Nullable [] bytes;
    private @Nullable String contentType;
    private boolean isStream;

    RequestBody(ClientRequest request) {
        inserter = request.body();
    }

    /** Returns whether the body, or its absence, can be sent again. */
    boolean isReplayable() {
        return !isStream;
    }

    /**
     * Returns what writes the body of an attempt.
     *
     * @param beforeSending is called before the headers are sent, with the recorded body; null if it has none
     */
    BodyInserter<?, ClientHttpRequest> written(BeforeSending beforeSending) {
        byte[] known = bytes;
        return known == null
                ? (message, context) -> inserter.insert(new Recorder(message, beforeSending), context)
                : (message, context) -> replay(message, known, beforeSending);
    }

    private Mono<Void> replay(ClientHttpRequest message, byte[] known, BeforeSending beforeSending) {
        HttpHeaders headers = message.getHeaders();
        if (contentType != null) {
            headers.set(HttpHeaders.CONTENT_TYPE, contentType);
        }
        headers.setContentLength(known.length);
        return Mono.defer(() -> {
            beforeSending.prepare(headers, known);
            return message.writeWith(
                    Mono.fromSupplier(() -> message.bufferFactory().wrap(known)));
        });
    }

    /** An action before the headers of an attempt are sent. */
    @FunctionalInterface
    interface BeforeSending {
        /**
         * @param headers the headers, which may be changed
         * @param body the body; null if there is none, or if it is a stream
         */
        void prepare(HttpHeaders headers, byte @Nullable [] body);
    }

    /** Records a body that consists of one buffer. */
    private final class Recorder extends ClientHttpRequestDecorator {

        private final BeforeSending beforeSending;

        Recorder(ClientHttpRequest message, BeforeSending beforeSending) {
            super(message);
            this.beforeSending = beforeSending;
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            if (body instanceof Mono<? extends DataBuffer> value) {
                return value.flatMap(buffer -> {
                    record(buffer);
                    return super.writeWith(Mono.just(buffer));
                });
            }
            return streamed(() -> super.writeWith(body));
        }

        private void record(DataBuffer buffer) {
            contentType = getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
            bytes = PeekedBody.bytes(buffer);
            beforeSending.prepare(getHeaders(), bytes);
        }

        @Override
        public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
            return streamed(() -> super.writeAndFlushWith(body));
        }

        private Mono<Void> streamed(Supplier<Mono<Void>> writing) {
            return Mono.defer(() -> {
                isStream = true;
                beforeSending.prepare(getHeaders(), null);
                return writing.get();
            });
        }

        @Override
        public Mono<Void> setComplete() {
            return Mono.defer(() -> {
                beforeSending.prepare(getHeaders(), null);
                return super.setComplete();
            });
        }
    }
}
