package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/** What came of one refresh call; what matters is whether the refresh token can have been spent. Immutable. */
public sealed interface RefreshOutcome {

    /** The provider answered with tokens. */
    record Issued(TokenResponse response) implements RefreshOutcome {}

    /** The provider refused in words that its dialect knows: the refresh token was not spent. */
    record Refused(TokenVerdict verdict) implements RefreshOutcome {}

    /**
     * Nothing reached the provider.
     *
     * @param problem what kept it back: {@link Problem#NETWORK}, {@link Problem#TLS} …
     * @param detail one sentence without secrets
     */
    record NotSent(Problem problem, String detail) implements RefreshOutcome {}

    /** The request may have reached the provider, and what it did is not known. */
    record MaybeSent(TokenVerdict verdict) implements RefreshOutcome {}
}
