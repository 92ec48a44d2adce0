package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/**
 * The outcome of one token request: a refresh, the exchange of a code or a client credentials request. The subtypes differ
 * in whether the refresh token or the code can have been used up. Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
public sealed interface TokenOutcome {

    /** The provider returned tokens. */
    record Issued(TokenResponse response) implements TokenOutcome {}

    /** The provider refused with a response that its dialect recognizes: it issued no tokens, and a refresh token was not used up. */
    record Refused(TokenVerdict verdict) implements TokenOutcome {}

    /**
     * Nothing reached the provider: a refresh token or a code is still unused.
     *
     * @param problem the cause, such as {@link Problem#NETWORK} or {@link Problem#TLS}
     * @param detail one sentence without secrets
     */
    record NotSent(Problem problem, String detail) implements TokenOutcome {}

    /** The request may have reached the provider, and its effect is unknown. */
    record MaybeSent(TokenVerdict verdict) implements TokenOutcome {}
}
