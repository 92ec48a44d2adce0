package dev.evertoken.internal.authorization;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The redirect that ends an authorization (RFC 6749 section 4.1.2, RFC 5849 section 2.2); parsed strictly, because its
 * sender is not trusted. Its string representation contains no values. Immutable.
 */
final class AuthorizationResponse {

    private static final int LONGEST = 64 * 1024;

    private final String path;
    private final Map<String, String> parameters;

    private AuthorizationResponse(String path, Map<String, String> parameters) {
        this.path = path;
        this.parameters = parameters;
    }

    /**
     * @throws TokenException with {@link Problem#CALLBACK_REJECTED} if there is no query, or the query cannot be parsed
     */
    static AuthorizationResponse of(URI address) {
        String query = address.getRawQuery();
        if (query == null || query.isEmpty()) {
            throw rejected("the redirect has no query; pass the whole address of the redirect");
        }
        if (query.length() > LONGEST) {
            throw rejected("the redirect's query has more than " + LONGEST + " characters");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (parameters.put(name, value) != null && isOurs(name)) {
                throw rejected("the redirect has more than one parameter " + name);
            }
        }
        return new AuthorizationResponse(
                Optional.ofNullable(address.getRawPath()).orElse(""), parameters);
    }

    /**
     * Returns whether a parameter is used here; such parameters "MUST NOT be included more than once" (RFC 6749 section
     * 3.1).
     */
    private static boolean isOurs(String name) {
        return Set.of("code", "state", "error", "scope", "oauth_token", "oauth_verifier", "denied")
                .contains(name);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            throw rejected("the redirect's query has an invalid percent-encoding");
        }
    }

    static TokenException rejected(String why) {
        return TokenException.about(Problem.CALLBACK_REJECTED).detail(why).build();
    }

    Optional<String> state() {
        return parameter("state");
    }

    Optional<String> code() {
        return parameter("code");
    }

    Optional<String> error() {
        return parameter("error");
    }

    /** Returns the parameters that are not used here. */
    Map<String, String> others() {
        Map<String, String> others = new LinkedHashMap<>(parameters);
        others.keySet().removeIf(AuthorizationResponse::isOurs);
        return others;
    }

    /** Returns the token that identifies an OAuth 1.0a authorization, whether it was approved or denied. */
    Optional<String> temporaryToken() {
        return parameter("oauth_token").or(() -> parameter("denied"));
    }

    /**
     * Returns an OAuth 1.0a redirect (RFC 5849 section 2.2) with the parameters of RFC 6749: the verifier is the code,
     * and a denial is {@code access_denied}.
     */
    AuthorizationResponse translated() {
        Map<String, String> words = new LinkedHashMap<>();
        parameter("oauth_verifier").ifPresent(verifier -> words.put("code", verifier));
        parameter("denied").ifPresent(token -> words.put("error", "access_denied"));
        return new AuthorizationResponse(path, words);
    }

    /** Returns the granted scopes if the provider includes them here; empty otherwise. */
    Set<String> scopes() {
        Set<String> scopes = new LinkedHashSet<>(
                Arrays.asList(parameter("scope").orElse("").strip().split("[ ,]+")));
        scopes.remove("");
        return scopes;
    }

    /**
     * Returns whether the redirect arrived at the path of the redirect URI. Host and scheme are not compared, because a
     * proxy may change them.
     */
    boolean isAt(URI redirectUri) {
        return withoutSlash(path)
                .equals(withoutSlash(
                        Optional.ofNullable(redirectUri.getRawPath()).orElse("")));
    }

    private static String withoutSlash(String path) {
        return path.equals("/") ? "" : path;
    }

    private Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isBlank());
    }

    @Override
    public String toString() {
        return "AuthorizationResponse[" + parameters.keySet() + "]";
    }
}
