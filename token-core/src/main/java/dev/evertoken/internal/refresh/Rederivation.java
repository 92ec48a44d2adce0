package dev.evertoken.internal.refresh;

import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;

/** The refresher of an account whose token is derived from another account's. Thread-safe. */
record Rederivation(Derivation derivation, HeldTokens parent, String id) implements Refresher {

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        if (!request.permit().maySend()) {
            return ProviderCall.TOO_LATE;
        }
        DerivationOutcome<TokenResponse> outcome = derivation.derive(parent.with(request.client()), id);
        if (outcome instanceof DerivationOutcome.Found<TokenResponse> found) {
            return new TokenOutcome.Issued(found.value());
        }
        if (outcome instanceof DerivationOutcome.Refused<TokenResponse> refused) {
            return new TokenOutcome.Refused(refused.verdict());
        }
        DerivationOutcome.Unanswered<TokenResponse> unanswered = (DerivationOutcome.Unanswered<TokenResponse>) outcome;
        return new TokenOutcome.NotSent(unanswered.problem(), unanswered.detail());
    }

    /** Omits the parent's tokens. */
    @Override
    public String toString() {
        return "Rederivation[" + id + " from " + parent.key() + "]";
    }
}
