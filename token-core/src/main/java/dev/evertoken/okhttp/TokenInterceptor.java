package dev.evertoken.okhttp;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.http.RequestAuthorizer;
import dev.evertoken.spi.http.ResponseDecider;
import dev.evertoken.spi.http.ResponseDecider.Decision;
import dev.evertoken.spi.http.ResponseDecider.Sent;
import dev.evertoken.spi.provider.RequestSigner;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spi.provider.Signature;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Adds the token of an account to requests, and sends a request again with another token if an API rejects it.
 *
 * <pre>{@code
 * OkHttpClient http = new OkHttpClient.Builder()
 *         .addInterceptor(TokenInterceptor.of(tokens))
 *         .build();
 * Request request =
 *         new Request.Builder().url(calendars).tag(TokenKey.class, key).build();
 * }</pre>
 *
 * <p>With {@link #of(Tokens)} one client serves all accounts: {@code tag(TokenKey.class, key)} or {@code tag(key)} on a
 * request selects the account; a request without such a tag is sent unchanged. The token is not added if the request
 * has its own {@code Authorization} header. A request is never sent without its token: {@link TokenIOException} is
 * thrown before a connection is opened, also if the host is neither one of the provider's API nor allowed with
 * {@code allowHosts}. A redirect to another host is followed without the token. Responses are not stored in an HTTP
 * cache, see {@link #allowHttpCache}.
 *
 * <p>If a provider requires signed requests, each attempt is signed separately, including form bodies. A form that can
 * be written only once or has more than {@value ResponseDecider#FORM_BYTES} bytes is rejected.
 *
 * <p>A rejected token is replaced by a newer one, or refreshed once; then the request is sent a second time if its body
 * can be sent twice. {@link #verdict} returns the meaning of a response for the token. If the body of a rejection does not
 * arrive within {@link ResponseDecider#PEEK_TIME}, the response is judged by the part that has arrived; the caller can
 * read all of it.
 *
 * <p>If the token has expired, the call waits like {@link TokenSource#accessToken()}, on the thread of the call: the
 * caller's thread with {@code execute}, a dispatcher thread with {@code enqueue}, never a thread that reads from a
 * connection. A call that is cancelled or times out during this wait ends when the wait ends, and sends nothing. Add
 * the interceptor with {@code addInterceptor}. Thread-safe.
 */
public final class TokenInterceptor implements Interceptor {

    private static final int MOST_HOPS = 5;
    private static final String CACHE_CONTROL = "Cache-Control";

    private final Function<Request, @Nullable RequestAuthorizer> sources;
    private final ResponseDecider calls;
    private final boolean cacheable;

    private TokenInterceptor(
            Function<Request, @Nullable RequestAuthorizer> sources, ResponseDecider calls, boolean cacheable) {
        this.sources = sources;
        this.calls = calls;
        this.cacheable = cacheable;
    }

    /**
     * Returns an interceptor for all accounts; {@code tag(TokenKey.class, key)} or {@code tag(key)} on a request
     * selects the account.
     */
    public static TokenInterceptor of(Tokens tokens) {
        return new TokenInterceptor(
                request -> {
                    TokenKey key = account(request);
                    return key == null ? null : tokens.source(key).requestAuthorizer();
                },
                new ResponseDecider(),
                false);
    }

    /**
     * Returns an interceptor to add with {@code addNetworkInterceptor}, besides this one, for a provider whose API expects
     * the token in another header than {@code Authorization}. OkHttp carries such a header to another host if it follows
     * a redirect; with this interceptor it does not. It leaves the requests of other providers unchanged.
     */
    public static Interceptor network() {
        return chain -> {
            if (chain.connection() == null) {
                throw new IllegalStateException("TokenInterceptor.network() is added with addNetworkInterceptor");
            }
            return chain.proceed(RequestCredentials.placed(chain.request()));
        };
    }

    /** Returns the account of a request, from its typed tag or from the tag without a type. */
    private static @Nullable TokenKey account(Request request) {
        TokenKey typed = request.tag(TokenKey.class);
        return typed == null && request.tag() instanceof TokenKey untyped ? untyped : typed;
    }

    /** Returns an interceptor that uses one account for every request. */
    public static TokenInterceptor of(TokenSource source) {
        RequestAuthorizer account = source.requestAuthorizer();
        return new TokenInterceptor(request -> account, new ResponseDecider(), false);
    }

    /** Returns the same interceptor, but requests without an account fail with an {@link IllegalStateException}. */
    public TokenInterceptor requireAccount() {
        return new TokenInterceptor(
                request -> {
                    RequestAuthorizer source = sources.apply(request);
                    if (source == null) {
                        throw new IllegalStateException("the request to "
                                + request.url().host() + " has no account: tag it with tag(TokenKey.class, key)");
                    }
                    return source;
                },
                calls,
                cacheable);
    }

    /**
     * Returns the same interceptor, but responses may be stored in the client's HTTP cache. That cache distinguishes
     * addresses, not accounts, so allow it only for a client whose cache serves one account. By default requests with a
     * token carry {@code Cache-Control: no-store} (RFC 9111 section 5.2.1.5), in addition to the caller's directives.
     */
    public TokenInterceptor allowHttpCache() {
        return new TokenInterceptor(sources, calls, true);
    }

    /**
     * Returns the meaning of a response for the token that was sent: the problem and, if known, the time of the next
     * attempt; empty if the response does not concern the token. {@link Problem#BODY_NOT_REPLAYABLE} means that a new
     * token is available, so send the request again. {@link Problem#API_REJECTS_TOKEN} means that another token did not
     * help or was not sent there.
     */
    public static Optional<ResourceVerdict> verdict(Response response) {
        return Optional.ofNullable(response.request().tag(ResourceVerdict.class));
    }

    /**
     * Sends a request with its token.
     *
     * @throws TokenIOException if there is no token, or it may not be sent to the host; nothing was sent
     * @throws IllegalStateException if this was added as a network interceptor, which is called for each redirect
     *     separately
     */
    @Override
    public Response intercept(Chain chain) throws IOException {
        if (chain.connection() != null) {
            throw new IllegalStateException("TokenInterceptor is an application interceptor: use addInterceptor");
        }
        Request request = chain.request();
        RequestAuthorizer source = source(request);
        if (source == null || RequestCredentials.isCallers(request)) {
            return chain.proceed(request);
        }
        HttpUrl address = request.url();
        if (!source.allows(address.scheme(), RequestCredentials.host(address))) {
            throw new TokenIOException(source.notAllowed(address.uri()));
        }
        return sent(chain, request, source);
    }

    private Response sent(Chain chain, Request request, RequestAuthorizer source) throws IOException {
        Request ready = source.signer().filter(RequestSigner::readsForms).isPresent()
                ? FormBodies.read(source, request)
                : request;
        AccessToken token = token(source);
        Request first = signed(ready, source, token);
        Sent sent = new Sent(token, request.url().host(), isReplayable(request), signature(source, first));
        Response response = proceed(chain, first, source, token);
        if (!isOurs(first, response)) {
            return withheld(source, response);
        }
        if (!isRead(source, response)) {
            return response;
        }
        BodyPeek peek = BodyPeek.of(chain.call(), response, source);
        Decision decision = closingOnFailure(peek, () -> calls.first(source, sent, peek.shown(source)));
        if (decision.next().isEmpty()) {
            return marked(peek.response(), decision.verdict());
        }
        peek.close();
        return sentAgain(chain, ready, source, sent, decision);
    }

    private Response sentAgain(Chain chain, Request request, RequestAuthorizer source, Sent first, Decision decision)
            throws IOException {
        AccessToken token = decision.next().orElseThrow();
        Request second = signed(request, source, token);
        Sent sent = first.with(token, signature(source, second));
        Response response = proceed(chain, second, source, token);
        if (!isOurs(second, response)) {
            return withheld(source, response);
        }
        if (!isRead(source, response)) {
            ResponseDecider.notRefused(source, sent);
            return response;
        }
        BodyPeek peek = BodyPeek.of(chain.call(), response, source);
        ResourceVerdict verdict =
                closingOnFailure(peek, () -> calls.second(source, sent, decision, peek.shown(source)));
        return marked(peek.response(), verdict);
    }

    /**
     * Returns whether a response is that to a request with the token, not to one from which it was removed. Usually it
     * is the response to the same request, which needs no look at headers.
     */
    private static boolean isOurs(Request sent, Response response) {
        return response.request() == sent || RequestCredentials.isOurs(response.request());
    }

    /**
     * Follows redirects within a host. Such a redirect carries the old signature, which is valid for the old address
     * only, so a rejected request is signed for its new address and sent again, for a limited number of redirects.
     */
    private Response proceed(Chain chain, Request signed, RequestAuthorizer source, AccessToken token)
            throws IOException {
        if (source.signer().isEmpty()) {
            return chain.proceed(signed);
        }
        Request asked = signed;
        Response response = placed(chain.proceed(asked), asked, source);
        for (int hops = 0; hops < MOST_HOPS && isRefusedForItsPlace(source, asked, response); hops++) {
            response.close();
            asked = signed(response.request(), source, token);
            response = placed(chain.proceed(asked), asked, source);
        }
        return response;
    }

    /** @throws TokenIOException if the request was sent without its token, because the network interceptor is missing */
    private static Response placed(Response response, Request asked, RequestAuthorizer source) throws IOException {
        String header = RequestCredentials.unplaced(asked, response);
        if (header == null) {
            return response;
        }
        response.close();
        throw ResponseDecider.unsignable(
                source,
                "the API expects the token in the header " + header
                        + ", which requires addNetworkInterceptor(TokenInterceptor.network()) as well; the request was"
                        + " sent without the token");
    }

    private static boolean isRefusedForItsPlace(RequestAuthorizer source, Request asked, Response response) {
        return RequestCredentials.isMisplaced(asked, response.request()) && isRead(source, response);
    }

    // ---- the request

    private @Nullable RequestAuthorizer source(Request request) throws IOException {
        try {
            return sources.apply(request);
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }

    private static AccessToken token(RequestAuthorizer source) throws IOException {
        try {
            return source.accessToken();
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }

    private Request signed(Request request, RequestAuthorizer source, AccessToken token) throws IOException {
        Request.Builder signed = RequestCredentials.put(source, request, token);
        if (!cacheable && !forbidsStoring(request)) {
            signed.addHeader(CACHE_CONTROL, "no-store");
        }
        return signed.build();
    }

    /** {@code Request.cacheControl()} looks at each header, which most requests need not. */
    private static boolean forbidsStoring(Request request) {
        return request.header(CACHE_CONTROL) != null && request.cacheControl().noStore();
    }

    private static Optional<Signature> signature(RequestAuthorizer source, Request signed) {
        return source.signer().isEmpty() ? Optional.empty() : Optional.ofNullable(signed.tag(Signature.class));
    }

    private static boolean isReplayable(Request request) {
        RequestBody body = request.body();
        return body == null || (!body.isOneShot() && !body.isDuplex());
    }

    // ---- the response

    private static boolean isRead(RequestAuthorizer source, Response response) {
        return ResponseDecider.reads(source, response.code(), response.header("Content-Type", ""));
    }

    private static Response withheld(RequestAuthorizer source, Response response) {
        if (response.request().header(RequestCredentials.AUTHORIZATION) != null) {
            return response;
        }
        return marked(
                response,
                ResponseDecider.withheld(source, response.request().url().host(), response.code()));
    }

    private static Response marked(Response response, ResourceVerdict verdict) {
        if (verdict.problem().isEmpty()) {
            return response;
        }
        Request request = response.request()
                .newBuilder()
                .tag(ResourceVerdict.class, verdict)
                .build();
        return response.newBuilder().request(request).build();
    }

    /** Closes the response if the decision throws, so that its connection is not leaked. */
    private static <T> T closingOnFailure(BodyPeek peek, ResponseCheck<T> check) {
        boolean decided = false;
        try {
            T result = check.make();
            decided = true;
            return result;
        } finally {
            if (!decided) {
                peek.abandon();
            }
        }
    }

    /** A decision that is made while a response is open. */
    @FunctionalInterface
    private interface ResponseCheck<T> {
        T make();
    }
}
