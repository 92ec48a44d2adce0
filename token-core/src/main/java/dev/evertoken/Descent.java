package dev.evertoken;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.ProviderProfile;
import java.util.Optional;

/**
 * Where an account's tokens come from: a person's consent, another account's token, or the client alone. Immutable.
 *
 * @param model how they live on
 * @param parent the account whose live token they come from
 */
record Descent(RefreshModel model, Optional<TokenKey> parent) {

    /** Returns that of a grant of the account's own. */
    static Descent ofConsent(ProviderProfile profile) {
        return new Descent(profile.refreshModel(), Optional.empty());
    }

    static Descent ofParent(TokenKey parent) {
        return new Descent(RefreshModel.NON_EXPIRING, Optional.of(parent));
    }

    static Descent ofClient() {
        return new Descent(RefreshModel.REISSUED, Optional.empty());
    }
}
