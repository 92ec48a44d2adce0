package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/**
 * The outcome of one refresh call; the subtypes differ in whether the refresh token can have been used up. Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
public sealed interface RefreshOutcome {

    /** The provider returned tokens. */
    record Issued(TokenResponse response) implements RefreshOutcome {}

    /** The provider refused with a response that its dialect recognizes: the refresh token was not used up. */
    record Refused(TokenVerdict verdict) implements RefreshOutcome {}

    /**
     * Nothing reached the provider.
     *
     * @param problem the cause, such as {@link Problem#NETWORK} or {@link Problem#TLS}
     * @param detail one sentence without secrets
     */
    record NotSent(Problem problem, String detail) implements RefreshOutcome {}

    /** The request may have reached the provider, and its effect is unknown. */
    record MaybeSent(TokenVerdict verdict) implements RefreshOutcome {}
}
