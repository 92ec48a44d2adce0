package dev.evertoken.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What is special about one authorization. Immutable.
 *
 * @param moreScopes asked for besides those of the client registration
 * @param isConsentForced whether the consent page is shown even if the person has consented before
 * @param isAccountChangeAllowed whether another user of the provider may take the place of the one connected before
 */
public record AuthorizationOptions(Set<String> moreScopes, boolean isConsentForced, boolean isAccountChangeAllowed) {

    private static final AuthorizationOptions DEFAULTS = new AuthorizationOptions(Set.of(), false, false);

    public AuthorizationOptions {
        moreScopes = Collections.unmodifiableSet(new LinkedHashSet<>(moreScopes));
        for (String scope : moreScopes) {
            Identifiers.requireScope(scope);
        }
    }

    /** Returns the usual: the registration's scopes, and what makes the provider give a refresh token. */
    public static AuthorizationOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these with further scopes.
     *
     * @throws IllegalArgumentException if one is no scope (RFC 6749 section 3.3) or has a comma
     */
    public AuthorizationOptions moreScopes(String... scopes) {
        Set<String> all = new LinkedHashSet<>(moreScopes);
        all.addAll(Arrays.asList(scopes));
        return new AuthorizationOptions(all, isConsentForced, isAccountChangeAllowed);
    }

    /** Returns these with the consent page shown in any case. */
    public AuthorizationOptions forceConsent() {
        return new AuthorizationOptions(moreScopes, true, isAccountChangeAllowed);
    }

    /** Returns these so that another user of the provider may be connected in place of the one before. */
    public AuthorizationOptions allowAccountChange() {
        return new AuthorizationOptions(moreScopes, isConsentForced, true);
    }
}
