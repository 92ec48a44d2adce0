package dev.evertoken.spi.provider;

import dev.evertoken.model.TokenSet;

/**
 * Adds a token to a request in a provider-specific way: signed with OAuth 1.0a (RFC 5849), or as a bearer token with a
 * proof of the client secret.
 *
 * <p>Called on the thread of the HTTP call, with no lock held, for every attempt of every request. Must not perform
 * I/O, block or request a token from {@code Tokens}. If it throws, the request is not sent: a
 * {@link dev.evertoken.model.TokenException} states the cause, any other exception counts as {@code INTERNAL}.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface RequestSigner {

    /** Signs one attempt of a request that has no {@code Authorization} header yet. */
    Signature sign(ApiRequest request, SigningKeys keys);

    /**
     * Returns whether form bodies are part of the signature (RFC 5849 section 3.4.1.3.1). If so, a form that cannot be
     * read twice, or is too large to be buffered, is rejected before anything is sent.
     */
    default boolean readsForms() {
        return false;
    }

    /**
     * Called with a response that the provider's dialect judges; returns whether the same request would now be signed
     * so differently that another attempt is worthwhile. For example, the {@code Date} of the response may show that a
     * clock is wrong. Called on the thread of the HTTP call; returns false unless overridden.
     *
     * @param sent the signature of the request
     */
    default boolean learnFrom(Signature sent, ProviderResponse response) {
        return false;
    }

    /**
     * Checks tokens before they are stored for the first time, whether imported or from a consent; accepts all unless
     * overridden. Pure.
     *
     * @throws dev.evertoken.model.TokenException if the tokens cannot be used for signing; the message names the
     *     missing part
     */
    default void check(TokenSet tokens) {}
}
