package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/** What came of one request for tokens that spends no refresh token: of a code, or of the client alone. Immutable. */
public sealed interface ExchangeOutcome {

    /** The provider answered with tokens. */
    record Issued(TokenResponse response) implements ExchangeOutcome {}

    /** The provider refused in words that its dialect knows: no tokens were issued. */
    record Refused(TokenVerdict verdict) implements ExchangeOutcome {}

    /**
     * Nothing reached the provider: a code is as good as before.
     *
     * @param problem what kept it back
     * @param detail one sentence without secrets
     */
    record NotSent(Problem problem, String detail) implements ExchangeOutcome {}

    /** The request may have reached the provider, and what it did is not known: a code may be used up. */
    record MaybeSent(TokenVerdict verdict) implements ExchangeOutcome {}
}
