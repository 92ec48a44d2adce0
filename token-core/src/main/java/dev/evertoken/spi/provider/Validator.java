package dev.evertoken.spi.provider;

import dev.evertoken.model.Validation;

/**
 * Checks with a provider whether an access token is valid now: introspection (RFC 7662) or the provider's own
 * equivalent.
 *
 * <p>Called on the thread of {@code Tokens.validate}, and on an engine thread for a token that an API rejects, with no
 * lock held; one call, no retry. Nothing is used up or refreshed. An exception counts as
 * {@link Validation.Verdict#UNKNOWN}. Implementations are thread-safe.
 */
@FunctionalInterface
public interface Validator {

    /** Returns the provider's verdict; a response that no rule recognizes is {@link Validation.Verdict#UNKNOWN}. */
    Validation validate(HeldTokens held);
}
