package dev.evertoken.jdkhttp;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.Timekeeper.Scheduled;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request from its token to its response: the attempts, the decision about each response, and the caller's body.
 * Its steps are the same for synchronous and asynchronous calls. Not thread-safe; one step after the other.
 */
final class Exchange<T> {

    private static final List<String> NONE = List.of("");

    private final ResponseDecider calls;
    private final RequestAuthorizer source;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private @Nullable Sent sent;
    private @Nullable Decision decision;
    private ResourceVerdict verdict = ResourceVerdict.pass();
    private @Nullable ResponseInfo info;
    private @Nullable PeekedBody peeked;

    Exchange(ResponseDecider calls, RequestAuthorizer source, HttpRequest request, BodyHandler<T> handler) {
        this.calls = calls;
        this.source = source;
        this.request = request;
        this.handler = handler;
    }

    /**
     * Returns the first attempt.
     *
     * @throws TokenIOException if the request cannot be signed
     */
    HttpRequest first(AccessToken token) throws TokenIOException {
        AuthorizedRequest outgoing = AuthorizedRequest.of(source, request, token);
        sent = new Sent(token, request.uri().getHost(), isReplayable(), outgoing.signature());
        return outgoing.request();
    }

    /**
     * Reads as much of a response body as is judged and arrives in time; the body of the response is then null until
     * {@link #handOn}. If a response is not judged, the caller's handler reads its body.
     */
    BodySubscriber<T> beginning(ResponseInfo response) {
        info = response;
        peeked = null;
        String type =
                response.headers().map().getOrDefault("Content-Type", NONE).get(0);
        if (!ResponseDecider.reads(source, response.statusCode(), type)) {
            return handler.apply(response);
        }
        PeekedBody body = new PeekedBody(ResponseDecider.PEEK_BYTES);
        peeked = body;
        Scheduled deadline = source.schedule(ResponseDecider.PEEK_TIME, body::endPeek);
        CompletableFuture<PeekedBody> unused = body.getBody()
                .toCompletableFuture()
                .completeOnTimeout(body, ResponseDecider.PEEK_TIME.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((read, failure) -> deadline.cancel());
        return BodySubscribers.mapping(body, read -> null);
    }

    /** Returns whether the last response is judged. */
    boolean isJudged() {
        return peeked != null;
    }

    /** Discards what has not been read of the last response. */
    void drop() {
        PeekedBody body = peeked;
        if (body != null) {
            body.drop();
        }
    }

    /** Decides about the first response. May block like {@link RequestAuthorizer#replace}. */
    Decision decide(HttpResponse<T> response) {
        return calls.first(source, Objects.requireNonNull(sent), shown(response));
    }

    /** Decides about the first response without blocking. */
    CompletableFuture<Decision> decideAsync(HttpResponse<T> response) {
        return calls.firstAsync(source, Objects.requireNonNull(sent), shown(response));
    }

    /**
     * Returns the second attempt, if the decision requires one; the first response is then discarded.
     *
     * @throws TokenIOException if the request cannot be signed again
     */
    Optional<HttpRequest> second(Decision decided) throws TokenIOException {
        Sent first = Objects.requireNonNull(sent);
        decision = decided;
        verdict = decided.verdict();
        Optional<AccessToken> next = decided.next();
        if (next.isEmpty()) {
            return Optional.empty();
        }
        drop();
        AuthorizedRequest outgoing = AuthorizedRequest.of(source, request, next.get());
        sent = first.with(next.get(), outgoing.signature());
        verdict = ResourceVerdict.pass();
        return Optional.of(outgoing.request());
    }

    /** Determines the verdict on the second response. */
    void judgeSecond(HttpResponse<T> response) {
        if (isJudged()) {
            verdict = calls.second(
                    source, Objects.requireNonNull(sent), Objects.requireNonNull(decision), shown(response));
        } else {
            ResponseDecider.notRefused(source, Objects.requireNonNull(sent));
        }
    }

    /** Passes the response to the caller, with its body read by the caller's own handler. */
    CompletionStage<HttpResponse<T>> handOn(HttpResponse<T> response) {
        PeekedBody body = peeked;
        return body == null
                ? CompletableFuture.completedFuture(judged(response, response.body()))
                : body.handTo(subscriber(body)).thenApply(all -> judged(response, all));
    }

    /** Returns a response to the caller's request, with the verdict. */
    HttpResponse<T> judged(HttpResponse<T> response, T body) {
        return new JudgedResponse<>(response, request, body, verdict);
    }

    /** Discards the body if the handler throws, so that the connection is not leaked. */
    private BodySubscriber<T> subscriber(PeekedBody body) {
        boolean made = false;
        try {
            BodySubscriber<T> subscriber = handler.apply(Objects.requireNonNull(info));
            made = true;
            return subscriber;
        } finally {
            if (!made) {
                body.drop();
            }
        }
    }

    private ProviderResponse shown(HttpResponse<T> response) {
        String beginning = Objects.requireNonNull(peeked).text();
        return new ProviderResponse(response.statusCode(), response.headers().map(), beginning, source.now());
    }

    /** Returns false for a body of unknown length, because it may not be readable twice. */
    private boolean isReplayable() {
        return request.bodyPublisher()
                .map(BodyPublisher::contentLength)
                .filter(length -> length < 0)
                .isEmpty();
    }
}
