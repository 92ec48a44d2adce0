package dev.evertoken.okhttp;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.DialectContext.TokenOf;
import dev.evertoken.spi.ProviderAnswer;
import dev.evertoken.spi.ResourceVerdict;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.CacheControl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts the token of an account on requests, and refreshes it once when an API rejects it.
 *
 * <p>With {@link #of(Tokens)} one client serves all accounts: a request says whose it is with {@code
 * tag(TokenKey.class, key)}; an untagged one passes untouched. The token goes only to the provider's hosts, is not
 * added when the request has an {@code Authorization} header already, and a request never leaves without its
 * token: {@link TokenIOException} is thrown instead. Add it as an application interceptor; a redirect to another
 * host then leaves without the token, because OkHttp drops the header. Answers are kept out of an HTTP cache
 * unless the request has a {@code Cache-Control} of its own. Thread-safe.
 */
public final class TokenInterceptor implements Interceptor {

    private static final Logger log = LoggerFactory.getLogger(TokenInterceptor.class);
    private static final String AUTHORIZATION = "Authorization";
    private static final String CACHE_CONTROL = "Cache-Control";
    private static final int PEEK_BYTES = 64 * 1024;

    private final Function<Request, @Nullable TokenSource> sources;

    private TokenInterceptor(Function<Request, @Nullable TokenSource> sources) {
        this.sources = sources;
    }

    /** Returns an interceptor for all accounts; requests name theirs with {@code tag(TokenKey.class, key)}. */
    public static TokenInterceptor of(Tokens tokens) {
        return new TokenInterceptor(request -> {
            TokenKey key = request.tag(TokenKey.class);
            return key == null ? null : tokens.source(key);
        });
    }

    /** Returns an interceptor that uses one account for every request. */
    public static TokenInterceptor of(TokenSource source) {
        return new TokenInterceptor(request -> source);
    }

    /** Returns the same interceptor, but a request without an account fails with an {@link IllegalStateException}. */
    public TokenInterceptor requireAccount() {
        return new TokenInterceptor(request -> {
            TokenSource source = sources.apply(request);
            if (source == null) {
                throw new IllegalStateException("the request to "
                        + request.url().host() + " names no account: tag it with tag(TokenKey.class, key)");
            }
            return source;
        });
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        TokenSource source = source(request);
        if (source == null || request.header(AUTHORIZATION) != null) {
            return chain.proceed(request);
        }
        URI address = request.url().uri();
        if (!source.allows(address)) {
            log.warn("{}: its token is not sent to {}, which is not among its hosts", source, address.getHost());
            return chain.proceed(request);
        }
        AccessToken token = asked(source::accessToken);
        Response answer = chain.proceed(signed(request, token));
        if (!wantsAnotherToken(source, answer)) {
            return answer;
        }
        Optional<AccessToken> other = replacement(source, token);
        if (other.isEmpty() || !isReplayable(request)) {
            return answer;
        }
        answer.close();
        return chain.proceed(signed(request, other.get()));
    }

    private @Nullable TokenSource source(Request request) throws IOException {
        try {
            return sources.apply(request);
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }

    private static Request signed(Request request, AccessToken token) {
        Request.Builder signed =
                request.newBuilder().header(AUTHORIZATION, token.header()).tag(AccessToken.class, token);
        if (request.header(CACHE_CONTROL) == null) {
            signed.cacheControl(new CacheControl.Builder().noStore().build());
        }
        return signed.build();
    }

    // ---- a rejected token

    private static boolean wantsAnotherToken(TokenSource source, Response answer) throws IOException {
        if (answer.isSuccessful()) {
            return false;
        }
        ProviderAnswer seen = new ProviderAnswer(
                answer.code(),
                answer.headers().toMultimap(),
                answer.peekBody(PEEK_BYTES).string(),
                Instant.ofEpochMilli(answer.receivedResponseAtMillis()));
        DialectContext context = new DialectContext(EndpointKind.API, Duration.ZERO, Set.of(), TokenOf.USER);
        ResourceVerdict verdict = source.resourceDialect().judge(context, seen);
        return verdict.action() == ResourceVerdict.Action.REFRESH_AND_RETRY;
    }

    /** Returns a token that is another one; whoever has none gets the API's own answer. */
    private static Optional<AccessToken> replacement(TokenSource source, AccessToken rejected) {
        try {
            AccessToken other = source.replace(rejected);
            return Optional.of(other).filter(token -> !token.value().equals(rejected.value()));
        } catch (TokenException e) {
            log.warn("{}: the API rejects its token and there is no other: {}", source, e.getMessage());
            return Optional.empty();
        }
    }

    private static boolean isReplayable(Request request) {
        RequestBody body = request.body();
        return body == null || (!body.isOneShot() && !body.isDuplex());
    }

    private static AccessToken asked(Supplier<AccessToken> question) throws IOException {
        try {
            return question.get();
        } catch (TokenException e) {
            throw new TokenIOException(e);
        }
    }
}
