package dev.evertoken.jdkhttp;

import dev.evertoken.TokenSource;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.provider.ResourceVerdict;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * An {@link HttpClient} that adds the token of one account to requests, and sends a request again with another token if
 * an API rejects it; the counterpart of {@link dev.evertoken.okhttp.TokenInterceptor} for {@code java.net.http}.
 *
 * <pre>{@code
 * HttpClient http = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(key));
 * HttpResponse<String> response =
 *         http.send(HttpRequest.newBuilder(URI.create(calendars)).build(), BodyHandlers.ofString());
 * }</pre>
 *
 * <p>The token is not added if the request has its own {@code Authorization} header. A request is never sent without
 * its token: {@link TokenIOException} is thrown before a connection is opened, also if the host is neither one of the
 * provider's API nor allowed with {@code allowHosts}. Redirects are returned to the caller, not followed. A body of
 * unknown length, such as that of {@code ofInputStream}, is not sent twice. If the body of a rejection does not arrive
 * within {@link ResponseDecider#PEEK_TIME}, the response is judged by the part that has arrived; the caller can read
 * all of it. If a provider requires requests signed with OAuth 1.0a, form bodies are rejected, because they cannot be
 * read here.
 *
 * <p>If the token has expired, {@code send} waits on the calling thread; {@code sendAsync} blocks neither the calling
 * thread nor a thread of the client. {@link #newWebSocketBuilder} opens WebSockets of the account. {@link #verdict}
 * returns the meaning of a response for the token. The wrapped client has to be closed separately. Thread-safe.
 */
public final class TokenHttpClient extends HttpClient {

    private final HttpClient client;
    private final RequestAuthorizer source;
    private final ResponseDecider calls = new ResponseDecider();

    private TokenHttpClient(HttpClient client, RequestAuthorizer source) {
        this.client = client;
        this.source = source;
    }

    /**
     * Returns a client for the requests of one account.
     *
     * @throws IllegalArgumentException if {@code client} follows redirects, because it would send the token to any
     *     target of a redirect
     */
    public static TokenHttpClient of(HttpClient client, TokenSource source) {
        if (client.followRedirects() != Redirect.NEVER) {
            throw new IllegalArgumentException(
                    "the client follows redirects and would send the token to their targets; build it with"
                            + " followRedirects(Redirect.NEVER)");
        }
        return new TokenHttpClient(client, source.requestAuthorizer());
    }

    /**
     * Returns the meaning of a response for the token that was sent: the problem and, if known, the time of the next
     * attempt; empty if the response does not concern the token. {@link Problem#BODY_NOT_REPLAYABLE} means that a new
     * token is available, so send the request again. {@link Problem#API_REJECTS_TOKEN} means that another token did not
     * help or was not sent there.
     */
    public static Optional<ResourceVerdict> verdict(HttpResponse<?> response) {
        return response instanceof JudgedResponse<?> judged
                ? Optional.of(judged.verdict())
                        .filter(verdict -> verdict.problem().isPresent())
                : Optional.empty();
    }

    // ---- synchronous calls

    /**
     * @throws TokenIOException if there is no token, it may not be sent to the host, or the request cannot be signed;
     *     nothing was sent
     */
    @Override
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        if (hasOwnCredential(request)) {
            return client.send(request, handler);
        }
        if (!source.allows(request.uri())) {
            throw notAllowed(request.uri());
        }
        Exchange<T> exchange = new Exchange<>(calls, source, request, handler);
        HttpResponse<T> response = client.send(exchange.first(token()), exchange::beginning);
        if (exchange.isJudged()) {
            Optional<HttpRequest> again = exchange.second(exchange.decide(response));
            if (again.isPresent()) {
                response = client.send(again.get(), exchange::beginning);
                exchange.judgeSecond(response);
            }
        }
        return exchange.isJudged() ? whole(exchange, response) : exchange.judged(response, response.body());
    }

    private AccessToken token() throws TokenIOException {
        try {
            return source.accessToken();
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }

    private static <T> HttpResponse<T> whole(Exchange<T> exchange, HttpResponse<T> response)
            throws IOException, InterruptedException {
        CompletionStage<HttpResponse<T>> handed = exchange.handOn(response);
        try {
            return handed.toCompletableFuture().get();
        } catch (InterruptedException e) {
            exchange.drop();
            throw e;
        } catch (ExecutionException e) {
            Throwable why = e.getCause();
            throw why instanceof IOException broken
                    ? new IOException(broken.getMessage(), broken)
                    : new IOException(why);
        }
    }

    // ---- asynchronous calls

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    /**
     * The future completes exceptionally with a {@link TokenIOException} if there is no token, it may not be sent to
     * the host, or the request cannot be signed.
     */
    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, BodyHandler<T> handler, @Nullable PushPromiseHandler<T> pushes) {
        if (hasOwnCredential(request)) {
            return client.sendAsync(request, handler, pushes);
        }
        if (!source.allows(request.uri())) {
            return CompletableFuture.failedFuture(notAllowed(request.uri()));
        }
        Exchange<T> exchange = new Exchange<>(calls, source, request, handler);
        CancellableExchange<HttpResponse<T>> whole = new CancellableExchange<>();
        CompletableFuture<?> unused = source.accessTokenAsync()
                .thenCompose(token -> sent(whole, () -> exchange.first(token), exchange, pushes))
                .thenCompose(response -> exchange.isJudged()
                        ? again(whole, exchange, response, pushes)
                        : CompletableFuture.completedFuture(response))
                .thenCompose(exchange::handOn)
                .whenComplete(whole::end);
        return whole;
    }

    private <T> CompletionStage<HttpResponse<T>> again(
            CancellableExchange<HttpResponse<T>> whole,
            Exchange<T> exchange,
            HttpResponse<T> response,
            @Nullable PushPromiseHandler<T> pushes) {
        return exchange.decideAsync(response)
                .thenApply(decided -> attempt(() -> exchange.second(decided)))
                .thenCompose(next -> next.isEmpty()
                        ? CompletableFuture.completedFuture(response)
                        : sent(whole, next::orElseThrow, exchange, pushes).thenApply(second -> {
                            exchange.judgeSecond(second);
                            return second;
                        }));
    }

    private <T> CompletableFuture<HttpResponse<T>> sent(
            CancellableExchange<HttpResponse<T>> whole,
            Attempt<HttpRequest> request,
            Exchange<T> exchange,
            @Nullable PushPromiseHandler<T> pushes) {
        return whole.follow(client.sendAsync(attempt(request), exchange::beginning, pushes));
    }

    /** A step that may fail in the same way as an HTTP call. */
    @FunctionalInterface
    private interface Attempt<T> {
        T make() throws IOException;
    }

    private static <T> T attempt(Attempt<T> step) {
        try {
            return step.make();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    // ---- WebSockets

    /**
     * Returns a builder of WebSockets whose opening handshake carries the token of the account. It treats the handshake
     * like any other request: it is not opened without the token, not sent to a host that is not allowed, and repeated
     * once with another token if the server rejects it. A handshake with an {@code Authorization} header of the caller
     * is left unchanged.
     */
    @Override
    public WebSocket.Builder newWebSocketBuilder() {
        return new TokenWebSocketBuilder(client, source, calls);
    }

    // ---- shared by both kinds of calls

    /**
     * Returns whether the caller set the header. Responses return the caller's own request, so a header in it is always
     * the caller's.
     */
    private static boolean hasOwnCredential(HttpRequest request) {
        return request.headers().map().containsKey(AuthorizedRequest.AUTHORIZATION);
    }

    private TokenIOException notAllowed(URI address) {
        return new TokenIOException(source.notAllowed(address));
    }

    // ---- the wrapped client

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }

    /** Returns the account whose requests this client sends. */
    @Override
    public String toString() {
        return "TokenHttpClient[" + source + "]";
    }
}
