package dev.evertoken.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Authorization codes that were issued and not yet exchanged. A code can be exchanged once. Thread-safe. */
final class AuthorizationCodes {

    /** The authorization that a code represents; {@code until} is the expiry of an unused code. */
    record Authorization(
            String account,
            List<String> scopes,
            boolean offline,
            Optional<String> redirectUri,
            Optional<String> challenge,
            boolean hashed,
            Instant until) {

        /**
         * Returns whether an exchange fits the authorization request (RFC 6749 section 4.1.3, RFC 7636 section 4.6).
         */
        boolean fits(Map<String, String> form) {
            boolean sameRedirect = redirectUri
                    .map(uri -> uri.equals(form.getOrDefault("redirect_uri", uri)))
                    .orElse(true);
            return sameRedirect
                    && challenge
                            .map(value -> value.equals(response(form.getOrDefault("code_verifier", ""))))
                            .orElse(true);
        }

        private String response(String verifier) {
            return hashed ? sha256(verifier) : verifier;
        }
    }

    private final Map<String, Authorization> issued = new ConcurrentHashMap<>();

    String issue(Authorization authorization) {
        String code = TestTokens.code();
        issued.put(code, authorization);
        return code;
    }

    Optional<Authorization> find(String code) {
        return Optional.ofNullable(issued.get(code));
    }

    /** Removes and returns the authorization of a code; empty if there is no such code. */
    Optional<Authorization> redeem(String code) {
        return Optional.ofNullable(issued.remove(code));
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
