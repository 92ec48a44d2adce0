package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.http.RequestAuthorizer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A handle on one account that supplies access tokens. It can be kept for the lifetime of its {@link Tokens}.
 *
 * <pre>{@code
 * TokenSource calendar = tokens.source(TokenKey.of("google", "user-42"));
 * AccessToken token = calendar.accessToken();
 * if (call(token) == 401) {
 *     call(calendar.replace(token));
 * }
 * }</pre>
 *
 * <p>{@link Tokens#source} returns one; {@link #fixed} returns one for tests. Implementations are thread-safe.
 */
public interface TokenSource {

    /**
     * Returns a token that can be used now. A fresh token costs one volatile read and one clock read. A token that is
     * due for refresh is returned while a background refresh fetches its successor. If the token has expired, the
     * caller waits for a refresh.
     *
     * @throws TokenException if there is no usable token; the exception states the problem and the remedy
     */
    AccessToken accessToken();

    /**
     * Returns a token that stays valid for at least {@code remaining} from now, as far as the provider's lifetimes
     * allow; otherwise a newly issued token.
     *
     * @throws TokenException if there is no usable token; the exception states the problem and the remedy
     */
    AccessToken accessToken(Duration remaining);

    /** Returns a token without blocking; the future completes exceptionally with a {@link TokenException}. */
    CompletableFuture<AccessToken> accessTokenAsync();

    /**
     * Returns a token other than one that an API rejected: the newest known token if it differs, otherwise a refreshed
     * one.
     *
     * @throws TokenException if there is no usable token; the exception states the problem and the remedy
     */
    AccessToken replace(AccessToken rejected);

    /** Returns the authorizer of this account's requests, for adapters to HTTP clients. */
    RequestAuthorizer requestAuthorizer();

    /**
     * Returns a source that always supplies this token and allows it for every https or loopback address; for tests.
     */
    static TokenSource fixed(AccessToken token) {
        return new FixedSource(token);
    }
}
