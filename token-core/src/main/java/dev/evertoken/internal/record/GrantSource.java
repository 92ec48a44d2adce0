package dev.evertoken.internal.record;

import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ProviderProfile;
import java.util.Optional;

/**
 * The source of an account's tokens: a user's consent, another account's token, or the client alone. Immutable.
 *
 * @param model how the tokens are refreshed
 * @param parent the account whose token they are derived from
 */
public record GrantSource(RefreshModel model, Optional<TokenKey> parent) {

    /** Returns the source of an account with its own grant. */
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
