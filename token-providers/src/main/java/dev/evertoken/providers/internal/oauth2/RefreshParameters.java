package dev.evertoken.providers.internal.oauth2;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of a refresh request that a provider requires besides those of RFC 6749 section 6. Immutable.
 *
 * @param parameters further parameters, in this order; none of them is a secret
 * @param sendsScopes whether the request repeats the granted scopes
 */
public record RefreshParameters(Map<String, String> parameters, boolean sendsScopes) {

    public static final RefreshParameters PLAIN = new RefreshParameters(Map.of(), false);

    public RefreshParameters {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }
}
