package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/** What came of one request for revocation. Immutable. */
public sealed interface RevokeOutcome {

    /**
     * The tokens are dead.
     *
     * @param alreadyInvalid whether they were so before the request
     */
    record Revoked(boolean alreadyInvalid) implements RevokeOutcome {}

    /**
     * The provider refused, and would again.
     *
     * @param detail one sentence without secrets
     */
    record Refused(Problem problem, String detail) implements RevokeOutcome {}

    /**
     * Nobody knows, or the provider asks to come again; it is safe to do so.
     *
     * @param detail one sentence without secrets
     */
    record Unknown(Problem problem, String detail) implements RevokeOutcome {}
}
