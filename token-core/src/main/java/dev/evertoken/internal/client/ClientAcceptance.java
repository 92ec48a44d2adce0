package dev.evertoken.internal.client;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Validation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.UserLookupOutcome;

/**
 * Whether the outcome of a call shows that the provider accepts the credentials of the client (RFC 6749 section 5.2,
 * {@code invalid_client}). Immutable.
 */
public enum ClientAcceptance {
    /** The provider has accepted the client's credentials and evaluated the rest of the request. */
    ACCEPTED,
    /** The provider has refused the client and has used up neither a token nor a code. */
    REFUSED,
    /** The outcome shows neither, such as a missing response; the request may have taken effect. */
    UNKNOWN;

    static ClientAcceptance of(TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Refused refused) {
            return of(refused.verdict());
        }
        return outcome instanceof TokenOutcome.Issued ? ACCEPTED : UNKNOWN;
    }

    /** Returns the acceptance that a complete refusal shows. */
    private static ClientAcceptance of(TokenVerdict verdict) {
        if (verdict.problem() == Problem.CLIENT_REJECTED) {
            return REFUSED;
        }
        boolean concernsGrant =
                verdict.kind() == TokenVerdict.Kind.GRANT_DEAD || verdict.kind() == TokenVerdict.Kind.ACCOUNT_UNUSABLE;
        return concernsGrant ? ACCEPTED : UNKNOWN;
    }

    public static ClientAcceptance of(RevokeOutcome outcome) {
        if (outcome instanceof RevokeOutcome.Refused refused) {
            return refused.problem() == Problem.CLIENT_REJECTED ? REFUSED : UNKNOWN;
        }
        return outcome instanceof RevokeOutcome.Revoked ? ACCEPTED : UNKNOWN;
    }

    public static ClientAcceptance of(Validation validation) {
        if (validation.problem().filter(Problem.CLIENT_REJECTED::equals).isPresent()) {
            return REFUSED;
        }
        return validation.verdict() == Validation.Verdict.UNKNOWN ? UNKNOWN : ACCEPTED;
    }

    public static ClientAcceptance of(DerivationOutcome<?> outcome) {
        if (outcome instanceof DerivationOutcome.Refused<?> refused) {
            return of(refused.verdict());
        }
        return outcome instanceof DerivationOutcome.Found ? ACCEPTED : UNKNOWN;
    }

    public static ClientAcceptance of(UserLookupOutcome outcome) {
        if (outcome instanceof UserLookupOutcome.Failed failed) {
            return failed.problem() == Problem.CLIENT_REJECTED ? REFUSED : UNKNOWN;
        }
        return outcome instanceof UserLookupOutcome.Found ? ACCEPTED : UNKNOWN;
    }
}
