package dev.evertoken.spi.provider;

import dev.evertoken.model.Validation;

/**
 * Asks a provider whether an access token works now: introspection (RFC 7662), or whatever it has in its place.
 *
 * <p>Called on the caller's thread with no lock held; one call, no retry, and nothing is spent or refreshed. What it
 * throws counts as {@link Validation.Verdict#UNKNOWN}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Validator {

    /** Returns what the provider says; an answer that no rule knows is {@link Validation.Verdict#UNKNOWN}. */
    Validation validate(HeldTokens held);
}
