package dev.evertoken.model;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Options of one authorization. Immutable.
 *
 * @param moreScopes scopes to request in addition to those of the client registration
 * @param isConsentForced whether the consent page is shown even if the user has consented before
 * @param isAccountChosen whether the user must choose an account of the provider even if only one is signed in
 * @param isAccountChangeAllowed whether a different user of the provider may replace the one connected before
 */
public record AuthorizationOptions(
        Set<String> moreScopes, boolean isConsentForced, boolean isAccountChosen, boolean isAccountChangeAllowed) {

    private static final AuthorizationOptions DEFAULTS = new AuthorizationOptions(Set.of(), false, false, false);

    public AuthorizationOptions {
        moreScopes = Collections.unmodifiableSet(new LinkedHashSet<>(moreScopes));
        for (String scope : moreScopes) {
            Identifiers.requireScope(scope);
        }
    }

    /**
     * Returns the default options: the scopes of the registration, requested so that the provider issues a refresh
     * token.
     */
    public static AuthorizationOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with additional scopes. A text may contain several scopes, separated by spaces or commas.
     *
     * @throws IllegalArgumentException if a scope is invalid (RFC 6749 section 3.3)
     */
    public AuthorizationOptions moreScopes(String... scopes) {
        Set<String> all = new LinkedHashSet<>(moreScopes);
        all.addAll(Identifiers.scopes(Arrays.asList(scopes)));
        return new AuthorizationOptions(all, isConsentForced, isAccountChosen, isAccountChangeAllowed);
    }

    /** Returns these options with the consent page always shown. */
    public AuthorizationOptions forceConsent() {
        return new AuthorizationOptions(moreScopes, true, isAccountChosen, isAccountChangeAllowed);
    }

    /**
     * Returns these options with the provider's account chooser shown, for users who are signed in with several
     * accounts. Providers without a chooser show the consent page or ignore this. A different user than the one
     * connected before is still rejected.
     */
    public AuthorizationOptions chooseAccount() {
        return new AuthorizationOptions(moreScopes, isConsentForced, true, isAccountChangeAllowed);
    }

    /**
     * Returns these options such that a different user of the provider may replace the one connected before; the
     * account chooser is shown too.
     */
    public AuthorizationOptions allowAccountChange() {
        return new AuthorizationOptions(moreScopes, isConsentForced, true, true);
    }
}
