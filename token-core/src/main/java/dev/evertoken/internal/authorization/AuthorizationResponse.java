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
 * The redirect that ends an authorization (RFC 6749 section 4.1.2, RFC 5849 section 2.2), read strictly: whoever sends it may be anybody.
 * Never prints its parameters. Immutable.
 */
final class AuthorizationResponse {

    private static final int LONGEST = 64 * 1024;

    private final String path;
    private final Map<String, String> parameters;

    private AuthorizationResponse(String path, Map<String, String> parameters) {
        this.path = path;
        this.parameters = parameters;
    }

    /** @throws TokenException with {@link Problem#CALLBACK_REJECTED} if there is no query, or none that can be read */
    static AuthorizationResponse of(URI address) {
        String query = address.getRawQuery();
        if (query == null || query.isEmpty()) {
            throw rejected("the redirect has no query; the page that it is for has to hand over the whole address");
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

    /** Parameters "MUST NOT be included more than once" (RFC 6749 section 3.1). */
    private static boolean isOurs(String name) {
        return Set.of("code", "state", "error", "scope", "oauth_token", "oauth_verifier", "denied")
                .contains(name);
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, UTF_8);
        } catch (IllegalArgumentException e) {
            throw rejected("the redirect's query is not percent-encoded as it should be");
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

    /** Returns the token that names an authorization of OAuth 1.0a, whether it was approved or denied. */
    Optional<String> temporaryToken() {
        return parameter("oauth_token").or(() -> parameter("denied"));
    }

    /**
     * Returns the same redirect in the words of RFC 6749, if it ends an authorization of OAuth 1.0a (RFC 5849 section
     * 2.2): the verifier is the code, and a denial is {@code access_denied}.
     */
    AuthorizationResponse translated() {
        Map<String, String> words = new LinkedHashMap<>();
        parameter("oauth_verifier").ifPresent(verifier -> words.put("code", verifier));
        parameter("denied").ifPresent(token -> words.put("error", "access_denied"));
        return new AuthorizationResponse(path, words);
    }

    /** Returns the granted scopes, where the provider names them here; empty if it does not. */
    Set<String> scopes() {
        Set<String> scopes = new LinkedHashSet<>(
                Arrays.asList(parameter("scope").orElse("").strip().split("[ ,]+")));
        scopes.remove("");
        return scopes;
    }

    /** Tells whether it came to where it was meant to; host and scheme are the business of what stands before. */
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
        return "Callback[" + parameters.keySet() + "]";
    }
}
