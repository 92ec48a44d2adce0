package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenSet;

/**
 * Puts a token on a request in a provider's own way: signed by OAuth 1.0a (RFC 5849), or as a bearer token with a proof
 * of the client's secret beside it.
 *
 * <p>Called on the thread of the HTTP call, with no lock held, anew for every attempt of every request. No I/O, never
 * blocks, does not ask {@code Tokens} for a token. What it throws keeps the request from being sent: a {@link
 * dev.evertoken.model.TokenException} tells why, anything else counts as {@code INTERNAL}. Implementations are
 * thread-safe.
 */
@FunctionalInterface
public interface RequestSigner {

    /** Signs one attempt of a request that has no {@code Authorization} header yet. */
    Signature sign(ApiRequest request, SigningKeys keys);

    /**
     * Tells whether form bodies belong to what is signed (RFC 5849 section 3.4.1.3.1). Then a form that cannot be read
     * twice, or is too large to be kept in memory, is refused before anything is sent.
     */
    default boolean readsForms() {
        return false;
    }

    /**
     * Hears of an answer that the provider's dialect judges, and tells whether the same request would be signed so
     * differently now that it is worth another attempt: the answer's {@code Date} may show that a clock is wrong. Called
     * on the thread of the HTTP call; false unless overridden.
     *
     * @param sent what the request carried
     */
    default boolean learnFrom(Signature sent, ProviderResponse response) {
        return false;
    }

    /**
     * Looks at tokens before they are stored for the first time, imported or fresh from a consent; accepts all unless
     * overridden. Pure.
     *
     * @throws dev.evertoken.model.TokenException if nothing can be signed with them, naming what is missing
     */
    default void check(TokenSet tokens) {}
}
