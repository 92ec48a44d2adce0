package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/**
 * The outcome of a token request that uses up no refresh token: the exchange of a code or a client credentials request.
 * Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 */
public sealed interface ExchangeOutcome {

    /** The provider returned tokens. */
    record Issued(TokenResponse response) implements ExchangeOutcome {}

    /** The provider refused with a response that its dialect recognizes: no tokens were issued. */
    record Refused(TokenVerdict verdict) implements ExchangeOutcome {}

    /**
     * Nothing reached the provider: a code is still unused.
     *
     * @param problem the cause
     * @param detail one sentence without secrets
     */
    record NotSent(Problem problem, String detail) implements ExchangeOutcome {}

    /** The request may have reached the provider, and its effect is unknown: a code may be used up. */
    record MaybeSent(TokenVerdict verdict) implements ExchangeOutcome {}
}
