package dev.evertoken.model;

import dev.evertoken.internal.values.OrderedSet;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Options of one authorization. Immutable.
 *
 * @param moreScopes scopes to request in addition to those of the client registration
 * @param isConsentForced whether the consent page is shown even if the user has consented before
 * @param isAccountChosen whether the user must choose an account of the provider even if only one is signed in
 * @param isAccountChangeAllowed whether a different user of the provider may replace the one connected before
 * @param values the parts of the provider's addresses that depend on the account, such as the name of a shop
 */
public record AuthorizationOptions(
        Set<String> moreScopes,
        boolean isConsentForced,
        boolean isAccountChosen,
        boolean isAccountChangeAllowed,
        Map<String, String> values) {

    private static final AuthorizationOptions DEFAULTS =
            new AuthorizationOptions(Set.of(), false, false, false, Map.of());

    public AuthorizationOptions {
        values.forEach((name, value) -> {
            Identifiers.require("the name of a value", name, 64);
            Identifiers.require("value " + name, value, 253);
        });
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        moreScopes = OrderedSet.copyOf(moreScopes);
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
        return new AuthorizationOptions(all, isConsentForced, isAccountChosen, isAccountChangeAllowed, values);
    }

    /**
     * Returns these options with one more part of the provider's addresses, for a provider that has an address for each
     * account: {@code value("shop", "my-store")}.
     *
     * @throws IllegalArgumentException if the name or the value is blank, too long or has control characters
     */
    public AuthorizationOptions value(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new AuthorizationOptions(moreScopes, isConsentForced, isAccountChosen, isAccountChangeAllowed, more);
    }

    /** Returns these options with the consent page always shown. */
    public AuthorizationOptions forceConsent() {
        return new AuthorizationOptions(moreScopes, true, isAccountChosen, isAccountChangeAllowed, values);
    }

    /**
     * Returns these options with the provider's account chooser shown, for users who are signed in with several
     * accounts. Providers without a chooser show the consent page or ignore this. A different user than the one
     * connected before is still rejected.
     */
    public AuthorizationOptions chooseAccount() {
        return new AuthorizationOptions(moreScopes, isConsentForced, true, isAccountChangeAllowed, values);
    }

    /**
     * Returns these options such that a different user of the provider may replace the one connected before; the
     * account chooser is shown too.
     */
    public AuthorizationOptions allowAccountChange() {
        return new AuthorizationOptions(moreScopes, isConsentForced, true, true, values);
    }
}
