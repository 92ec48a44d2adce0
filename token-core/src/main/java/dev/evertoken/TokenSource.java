package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.ApiRequest;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.Endpoints;
import dev.evertoken.spi.RequestSigner;
import dev.evertoken.spi.ResourceDialect;
import dev.evertoken.spi.Signature;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A handle on one account: hold it as long as you like and ask it for a token whenever you need one.
 *
 * <p>Get one from {@link Tokens#source}; in tests use {@link #fixed}. Implementations are thread-safe.
 */
public interface TokenSource {

    /**
     * Returns a token that can be used now. A fresh one costs one volatile read and one clock read; one that
     * is due is returned while its successor is fetched behind; an ended one is waited for.
     *
     * @throws TokenException that says why there is none and what to do
     */
    AccessToken accessToken();

    /**
     * Returns a token that is valid for at least {@code remaining} from now, as far as the provider's lifetimes
     * allow: a new one is as good as it gets.
     *
     * @throws TokenException that says why there is none and what to do
     */
    AccessToken accessToken(Duration remaining);

    /** Returns a token without blocking; completes exceptionally with a {@link TokenException}. */
    CompletableFuture<AccessToken> accessTokenAsync();

    /**
     * Returns another token than one that an API rejected: the newest there is, else a refreshed one.
     *
     * @throws TokenException that says why there is none and what to do
     */
    AccessToken replace(AccessToken rejected);

    /**
     * Returns another token than one that an API rejected, if there is one already; refreshes nothing. A source that
     * knows only one token need not override it.
     *
     * @throws TokenException that says why that cannot be found out
     */
    default Optional<AccessToken> newest(AccessToken rejected) {
        return Optional.empty();
    }

    /** Returns the time by which its tokens are issued and end; that of this machine unless overridden. */
    default Instant now() {
        return FixedSource.MACHINE.now();
    }

    /** Tells whether the token may be sent there: an exact host of the provider, https (or loopback). */
    boolean allows(URI address);

    /** Returns what the tokens stand for, which an API's refusals may depend on; a user unless overridden. */
    default DialectContext.TokenOf tokenOf() {
        return DialectContext.TokenOf.USER;
    }

    /** Returns how the API's refusals are read. */
    default ResourceDialect resourceDialect() {
        return ResourceDialect.rfc6750();
    }

    /**
     * Returns who signs requests in the provider's own way; empty if a token goes into the {@code Authorization} header
     * as it is. Wrappers of HTTP clients ask this of every request.
     */
    default Optional<RequestSigner> signer() {
        return Optional.empty();
    }

    /**
     * Signs one attempt of a request with a token of this source; without a signer that is the token's header.
     *
     * @param request addressed to a host that {@link #allows} it
     * @throws IllegalArgumentException if there is a signer and the token is not one that this source gave out
     * @throws TokenException that says why the request cannot be signed, and what to do
     */
    default Signature sign(AccessToken token, ApiRequest request) {
        return Signature.header(Secret.of(token.header()));
    }

    /** Returns a source that always has this token and sends it to any https or loopback address; for tests. */
    static TokenSource fixed(AccessToken token) {
        return new FixedSource(token);
    }

    /** Tells whether an address is encrypted, or on this machine. */
    static boolean isSafe(URI address) {
        return "https".equalsIgnoreCase(address.getScheme()) || Endpoints.isLoopback(address);
    }
}
