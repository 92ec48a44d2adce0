package dev.evertoken.providers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a provider wants in a refresh request besides what RFC 6749 section 6 asks for. Immutable.
 *
 * @param parameters further parameters, in this order; none of them a secret
 * @param sendsScopes whether the granted scopes are sent along
 */
record RefreshForm(Map<String, String> parameters, boolean sendsScopes) {

    static final RefreshForm PLAIN = new RefreshForm(Map.of(), false);

    RefreshForm {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
