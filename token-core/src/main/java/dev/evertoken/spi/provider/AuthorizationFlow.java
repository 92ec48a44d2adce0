package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.net.URI;
import java.util.Optional;

/**
 * Turns a user's consent into tokens: the authorization code grant (RFC 6749 section 4.1, RFC 7636) or the
 * redirection-based authorization of OAuth 1.0a (RFC 5849 section 2).
 *
 * <p>The engine handles {@code state}, the PKCE verifier and saving; a flow handles the provider's parameters and the
 * requests. All methods are called on the caller's thread with no lock held: first {@link #prepare}, then {@link #url},
 * which is pure, and after the redirect {@link #exchange}, once for each code except for the repetition that
 * {@link TokenOutcome} allows. An unexpected exception of any method counts as {@code INTERNAL}. Implementations are
 * thread-safe.
 */
public interface AuthorizationFlow {

    /** How a provider handles proof keys (RFC 7636). Later versions may add constants. */
    enum Pkce {
        /** No proof key is sent: the provider does not document them. */
        NONE,
        /** A proof key is sent with method {@code S256}; RFC 9700 section 2.1.1 recommends it for every client. */
        S256
    }

    /** Returns whether a proof key is sent. */
    Pkce pkce();

    /**
     * Returns whether the consent page rejects a request without scopes, so that {@link #url} fails for one. False unless
     * overridden.
     */
    default boolean requiresScopes() {
        return false;
    }

    /**
     * Obtains the credentials needed before the user is sent to the consent page: one call, with no retry except after
     * a refusal that concerns the signature. Empty unless overridden.
     *
     * <p>A flow that returns credentials is an OAuth 1.0a flow: its redirect has {@code oauth_token} and
     * {@code oauth_verifier}, or {@code denied}, and no {@code state}.
     *
     * @throws dev.evertoken.model.TokenException if the provider does not issue the credentials
     */
    default Optional<TemporaryCredentials> prepare(TemporaryCredentialsRequest request) {
        return Optional.empty();
    }

    /**
     * Returns the address of the consent page, with all parameters that make this provider issue a refresh token.
     *
     * @throws dev.evertoken.model.TokenException if the client or the request cannot work with this provider
     */
    URI url(AuthorizationRequest request);

    /** Exchanges a code for tokens: one call, no retry (RFC 6749 section 4.1.3). */
    TokenOutcome exchange(ExchangeRequest request);

    /**
     * Returns the meaning of an {@code error} code of the redirect, if the provider defines codes beyond those of RFC
     * 6749 section 4.1.2.1; empty for any other code.
     */
    default Optional<Problem> redirectError(String code) {
        return Optional.empty();
    }
}
