package dev.evertoken.internal.record;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ProviderProfile;
import java.util.Optional;

/**
 * Where an account's tokens come from: a person's consent, another account's token, or the client alone. Immutable.
 *
 * @param model how they live on
 * @param parent the account whose live token they come from
 */
public record GrantSource(RefreshModel model, Optional<TokenKey> parent) {

    /** Returns that of a grant of the account's own. */
    public static GrantSource ofConsent(ProviderProfile profile) {
        return new GrantSource(profile.refreshModel(), Optional.empty());
    }

    public static GrantSource ofParent(TokenKey parent) {
        return new GrantSource(RefreshModel.NON_EXPIRING, Optional.of(parent));
    }

    public static GrantSource ofClient() {
        return new GrantSource(RefreshModel.REISSUED, Optional.empty());
    }
}
