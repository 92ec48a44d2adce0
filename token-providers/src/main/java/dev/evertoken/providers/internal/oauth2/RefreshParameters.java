package dev.evertoken.providers.internal.oauth2;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a provider wants in a refresh request besides what RFC 6749 section 6 asks for. Immutable.
 *
 * @param parameters further parameters, in this order; none of them a secret
 * @param sendsScopes whether the granted scopes are sent along
 */
public record RefreshParameters(Map<String, String> parameters, boolean sendsScopes) {

    public static final RefreshParameters PLAIN = new RefreshParameters(Map.of(), false);

    public RefreshParameters {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
