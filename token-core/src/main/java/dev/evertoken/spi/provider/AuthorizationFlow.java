package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.net.URI;
import java.util.Optional;

/**
 * How a person's consent becomes tokens: the authorization code grant (RFC 6749 section 4.1, RFC 7636), or the
 * redirection of OAuth 1.0a (RFC 5849 section 2).
 *
 * <p>The engine owns {@code state}, the PKCE verifier and saving; a flow owns the provider's parameters and the
 * wire. {@link #prepare} comes first, on the caller's thread. {@link #url} is pure and called on the caller's thread; {@link #exchange} is called there too, once for each
 * code but for what {@link ExchangeOutcome} allows, with no lock held. What either throws counts as {@code INTERNAL}.
 * Implementations are thread-safe.
 */
public interface AuthorizationFlow {

    /** What a provider does about proof keys (RFC 7636). */
    enum Pkce {
        /** None is sent: the provider does not document them. */
        NONE,
        /** One is sent, by method {@code S256}; RFC 9700 section 2.1.1 wants it of every client. */
        S256
    }

    /** Returns whether a proof key is sent. */
    Pkce pkce();

    /**
     * Gets what has to be there before a person can be sent to the consent page: one call, no retry but for a refusal
     * that is about the signature. None unless overridden.
     *
     * <p>A flow that returns something here is one of OAuth 1.0a: its redirect has {@code oauth_token} and {@code
     * oauth_verifier}, or {@code denied}, and no {@code state}.
     *
     * @throws dev.evertoken.model.TokenException that says why the provider does not give it
     */
    default Optional<TemporaryCredentials> prepare(TemporaryCredentialsRequest request) {
        return Optional.empty();
    }

    /**
     * Returns the address of the consent page, with all that makes this provider give a refresh token.
     *
     * @throws dev.evertoken.model.TokenException if the client or the request cannot work at this provider
     */
    URI url(AuthorizationRequest request);

    /** Exchanges a code for tokens: one call, no retry (RFC 6749 section 4.1.3). */
    ExchangeOutcome exchange(ExchangeRequest request);

    /**
     * Returns what an {@code error} of the redirect means here, where the provider has codes beyond those of RFC 6749
     * section 4.1.2.1; empty for a code that it does not add.
     */
    default Optional<Problem> redirectError(String code) {
        return Optional.empty();
    }
}
