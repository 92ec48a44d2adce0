package dev.evertoken.spi.provider;

/**
 * Revokes tokens at a provider (RFC 7009, or in the provider's own way).
 *
 * <p>Called on the caller's thread, and again later on an engine thread if the provider did not respond; one call, no
 * retry. {@link ProviderProfile#revokeScope()} states which tokens a revocation affects. An exception counts as
 * {@link RevokeOutcome.Unknown}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Revoker {

    /** Revokes the grant of these tokens. */
    RevokeOutcome revoke(HeldTokens held);
}
