package dev.evertoken.internal.authorization;

import dev.evertoken.model.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The meaning of the {@code error} parameter of a redirect (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6).
 * Stateless.
 */
final class AuthorizationErrors {

    private static final Pattern PRINTABLE = Pattern.compile("[a-z]{1,30}(_[a-z]{1,30}){0,5}");

    private static final Map<String, Problem> MEANINGS = Map.ofEntries(
            Map.entry("access_denied", Problem.CONSENT_DENIED),
            Map.entry("invalid_scope", Problem.SCOPE_INVALID),
            Map.entry("unauthorized_client", Problem.CLIENT_REJECTED),
            Map.entry("invalid_client", Problem.CLIENT_REJECTED),
            Map.entry("invalid_request", Problem.REQUEST_REJECTED),
            Map.entry("unsupported_response_type", Problem.REQUEST_REJECTED),
            Map.entry("redirect_uri_mismatch", Problem.REQUEST_REJECTED),
            Map.entry("server_error", Problem.PROVIDER_UNAVAILABLE),
            Map.entry("temporarily_unavailable", Problem.PROVIDER_UNAVAILABLE));

    private AuthorizationErrors() {}

    /** @param own the meaning of a provider-specific code */
    static Problem problem(String code, Optional<Problem> own) {
        return own.orElseGet(() -> MEANINGS.getOrDefault(code, Problem.CONSENT_FAILED));
    }

    /** Returns a code that is safe to print, because the sender of a redirect is not trusted. */
    static String shown(String code) {
        return PRINTABLE.matcher(code).matches() ? code : "an unprintable error code";
    }
}
