package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/**
 * The outcome of one revocation request. Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
public sealed interface RevokeOutcome {

    /**
     * The tokens are invalid.
     *
     * @param alreadyInvalid whether they were already invalid before the request
     */
    record Revoked(boolean alreadyInvalid) implements RevokeOutcome {}

    /**
     * The provider refused, and would refuse again.
     *
     * @param detail one sentence without secrets
     */
    record Refused(Problem problem, String detail) implements RevokeOutcome {}

    /**
     * The result is unknown, or the provider requests another attempt; repeating the request is safe.
     *
     * @param detail one sentence without secrets
     */
    record Unknown(Problem problem, String detail) implements RevokeOutcome {}
}
