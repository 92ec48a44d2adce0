package dev.evertoken.spi;

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
     * Hears of an answer that the provider's dialect is about to judge, to a request that this signed: its {@code Date}
     * tells how far the clocks are apart. Called on the thread of the HTTP call; does nothing unless overridden.
     */
    default void answered(ProviderAnswer answer) {}
}
