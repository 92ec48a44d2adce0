package dev.evertoken.spring.reactive;

import dev.evertoken.model.AccessToken;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/** One request from its token to its response. Not thread-safe; one step after the other. */
final class Exchange {

    private final ResponseDecider calls;
    private final RequestAuthorizer account;
    private final ClientRequest request;
    private final ExchangeFunction next;
    private final RequestBody body;

    Exchange(ResponseDecider calls, RequestAuthorizer account, ClientRequest request, ExchangeFunction next) {
        this.calls = calls;
        this.account = account;
        this.request = request;
        this.next = next;
        this.body = new RequestBody(request);
    }

    Mono<ClientResponse> send() {
        return Mono.fromFuture(account::accessTokenAsync, true).flatMap(token -> {
            Attempt attempt = Attempt.of(account, request, body, token);
            return next.exchange(attempt.request())
                    .flatMap(response ->
                            isJudged(response) ? judged(response, sent(attempt, token)) : Mono.just(response));
        });
    }

    private Sent sent(Attempt attempt, AccessToken token) {
        return new Sent(token, request.url().getHost(), body.isReplayable(), attempt.signature());
    }

    private Mono<ClientResponse> judged(ClientResponse response, Sent sent) {
        return PeekedBody.of(response.bodyToFlux(DataBuffer.class), account)
                .flatMap(peeked -> Mono.fromFuture(() -> calls.firstAsync(account, sent, shown(response, peeked)), true)
                        .onErrorResume(failure -> {
                            peeked.discard();
                            return Mono.error(failure);
                        })
                        .doOnCancel(peeked::discard)
                        .flatMap(decision -> decided(response, peeked, sent, decision)));
    }

    private Mono<ClientResponse> decided(ClientResponse response, PeekedBody peeked, Sent sent, Decision decision) {
        if (decision.next().isEmpty()) {
            return Mono.just(handedOn(response, peeked, decision.verdict()));
        }
        peeked.discard();
        return sendAgain(sent, decision, decision.next().get());
    }

    private Mono<ClientResponse> sendAgain(Sent first, Decision decision, AccessToken token) {
        Attempt attempt = Attempt.of(account, request, body, token);
        return next.exchange(attempt.request()).flatMap(response -> {
            Sent sent = first.with(token, attempt.signature());
            if (!isJudged(response)) {
                ResponseDecider.notRefused(account, sent);
                return Mono.just(response);
            }
            return PeekedBody.of(response.bodyToFlux(DataBuffer.class), account)
                    .map(peeked ->
                            handedOn(response, peeked, calls.second(account, sent, decision, shown(response, peeked))));
        });
    }

    private boolean isJudged(ClientResponse response) {
        String type = response.headers().asHttpHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
        return ResponseDecider.reads(account, response.statusCode().value(), type == null ? "" : type);
    }

    private ProviderResponse shown(ClientResponse response, PeekedBody peeked) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        response.headers().asHttpHeaders().forEach((name, values) -> headers.put(name, List.copyOf(values)));
        return new ProviderResponse(response.statusCode().value(), headers, peeked.text(), account.now());
    }

    /** Returns the response with its whole body, and the caller's request, which has no token. */
    private ClientResponse handedOn(ClientResponse response, PeekedBody peeked, ResourceVerdict verdict) {
        return response.mutate()
                .body(unread -> peeked.whole())
                .request(JudgedRequest.of(request, verdict))
                .build();
    }
}
