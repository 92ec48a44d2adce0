package dev.evertoken.testing;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The parameters of an authorization URL (RFC 6749 section 4.1.1, RFC 7636). Immutable. */
record AuthorizationQuery(Map<String, String> parameters) {

    static AuthorizationQuery of(URI authorizationUrl) {
        String query = authorizationUrl.getRawQuery();
        return new AuthorizationQuery(query == null ? Map.of() : RawRequest.fields(query));
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /**
     * Returns a parameter.
     *
     * @throws IllegalArgumentException if it is absent
     */
    String require(String name) {
        return get(name)
                .orElseThrow(() -> new IllegalArgumentException("the authorization URL has no parameter " + name));
    }

    /** Returns the requested scopes. */
    List<String> scopes(String separator) {
        return get("scope")
                .map(scope -> List.of(scope.split(Pattern.quote(separator))))
                .orElse(List.of());
    }
}
