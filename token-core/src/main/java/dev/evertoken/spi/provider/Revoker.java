package dev.evertoken.spi.provider;

/**
 * Has a provider revoke tokens (RFC 7009, or the provider's own way).
 *
 * <p>Called on the caller's thread, and again later on an engine thread if the provider did not answer; one call, no
 * retry. What it takes with it is said by {@link ProviderProfile#revokeScope()}. What it throws counts as {@link
 * RevokeOutcome.Unknown}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Revoker {

    /** Revokes the grant of these tokens. */
    RevokeOutcome revoke(HeldTokens held);
}
