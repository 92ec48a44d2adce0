package dev.evertoken.jdkhttp;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.ProviderResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.UnaryOperator;

/**
 * Opens WebSockets with the token of one account in the opening handshake, a GET request (RFC 6455 section 4.1). A
 * handshake that the server rejects because of the token is repeated once with another token. Not thread-safe.
 */
final class TokenWebSocketBuilder implements WebSocket.Builder {

    private final HttpClient client;
    private final RequestAuthorizer source;
    private final ResponseDecider calls;
    private UnaryOperator<WebSocket.Builder> settings = UnaryOperator.identity();
    private boolean hasOwnCredential;

    TokenWebSocketBuilder(HttpClient client, RequestAuthorizer source, ResponseDecider calls) {
        this.client = client;
        this.source = source;
        this.calls = calls;
    }

    @Override
    public WebSocket.Builder header(String name, String value) {
        hasOwnCredential |= name.equalsIgnoreCase(AuthorizedRequest.AUTHORIZATION);
        return with(builder -> builder.header(name, value));
    }

    @Override
    public WebSocket.Builder connectTimeout(Duration timeout) {
        return with(builder -> builder.connectTimeout(timeout));
    }

    @Override
    public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
        String[] lesser = lesserPreferred.clone();
        return with(builder -> builder.subprotocols(mostPreferred, lesser));
    }

    private WebSocket.Builder with(UnaryOperator<WebSocket.Builder> setting) {
        UnaryOperator<WebSocket.Builder> before = settings;
        settings = builder -> setting.apply(before.apply(builder));
        return this;
    }

    @Override
    public CompletableFuture<WebSocket> buildAsync(URI address, WebSocket.Listener listener) {
        if (hasOwnCredential) {
            return settings.apply(client.newWebSocketBuilder()).buildAsync(address, listener);
        }
        URI handshake = withScheme(address, "wss", "https", "ws", "http");
        if (!source.allows(handshake)) {
            return CompletableFuture.failedFuture(new TokenIOException(source.notAllowed(handshake)));
        }
        CancellableExchange<WebSocket> whole = new CancellableExchange<>();
        Opening opening = new Opening(HttpRequest.newBuilder(handshake).build(), settings, listener, whole);
        CompletableFuture<?> unused = source.accessTokenAsync()
                .thenCompose(token -> first(opening, token))
                .whenComplete(whole::end);
        return whole;
    }

    /** An opening handshake that may take two attempts. */
    private record Opening(
            HttpRequest request,
            UnaryOperator<WebSocket.Builder> settings,
            WebSocket.Listener listener,
            CancellableExchange<WebSocket> whole) {}

    private CompletableFuture<WebSocket> first(Opening opening, AccessToken token) {
        AuthorizedRequest attempt = authorized(opening, token);
        Sent sent = new Sent(token, opening.request().uri().getHost(), true, attempt.signature());
        return opened(opening, attempt)
                .exceptionallyCompose(failure -> rejection(failure)
                        .map(response -> calls.firstAsync(source, sent, response)
                                .thenCompose(decision -> second(opening, decision, failure)))
                        .orElseGet(() -> CompletableFuture.failedFuture(failure)));
    }

    private CompletableFuture<WebSocket> second(Opening opening, Decision decision, Throwable failure) {
        return decision.next()
                .map(token -> opened(opening, authorized(opening, token)))
                .orElseGet(() -> CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<WebSocket> opened(Opening opening, AuthorizedRequest attempt) {
        WebSocket.Builder builder = opening.settings().apply(client.newWebSocketBuilder());
        attempt.request()
                .headers()
                .firstValue(attempt.header())
                .ifPresent(value -> builder.header(attempt.header(), value));
        URI address = withScheme(attempt.request().uri(), "https", "wss", "http", "ws");
        return opening.whole().follow(builder.buildAsync(address, opening.listener()));
    }

    private AuthorizedRequest authorized(Opening opening, AccessToken token) {
        try {
            return AuthorizedRequest.of(source, opening.request(), token);
        } catch (TokenIOException e) {
            throw new CompletionException(e);
        }
    }

    /** Returns the response of a failed handshake if it is judged; its body is not available. */
    private Optional<ProviderResponse> rejection(Throwable failure) {
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(why instanceof WebSocketHandshakeException refused) || refused.getResponse() == null) {
            return Optional.empty();
        }
        HttpResponse<?> response = refused.getResponse();
        return Optional.of(new ProviderResponse(
                        response.statusCode(), response.headers().map(), "", source.now()))
                .filter(shown -> ResponseDecider.reads(source, shown.status(), ""));
    }

    private static URI withScheme(URI address, String secure, String newSecure, String plain, String newPlain) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals(secure) && !scheme.equals(plain)) {
            throw new IllegalArgumentException("the scheme of a WebSocket address is ws or wss, not " + scheme);
        }
        return URI.create((scheme.equals(secure) ? newSecure : newPlain)
                + address.toString().substring(scheme.length()));
    }
}
