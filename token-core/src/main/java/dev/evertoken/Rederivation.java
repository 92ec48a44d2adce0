package dev.evertoken;

import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.DerivationOutcome;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.TokenAnswer;

/** What a refresh is for an account that lives off another one's token. Thread-safe. */
record Rederivation(Derivation derivation, HeldTokens parent, String id) implements Refresher {

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        if (!request.permit().maySend()) {
            return ProviderCall.TOO_LATE;
        }
        DerivationOutcome<TokenAnswer> outcome = derivation.derive(parent, id);
        if (outcome instanceof DerivationOutcome.Answered<TokenAnswer> answered) {
            return new RefreshOutcome.Answered(answered.value());
        }
        if (outcome instanceof DerivationOutcome.Refused<TokenAnswer> refused) {
            return new RefreshOutcome.Refused(refused.verdict());
        }
        DerivationOutcome.Unanswered<TokenAnswer> unanswered = (DerivationOutcome.Unanswered<TokenAnswer>) outcome;
        return new RefreshOutcome.NotSent(unanswered.problem(), unanswered.detail());
    }

    /** The parent's tokens stay out of sight. */
    @Override
    public String toString() {
        return "Rederivation[" + id + " from " + parent.key() + "]";
    }
}
