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

/** Authorization codes between consent and exchange; each is good for one exchange. Thread-safe. */
final class AuthorizationCodes {

    /** What a code stands for; {@code until} is when it ends unused. */
    record Ticket(
            String account,
            List<String> scopes,
            boolean offline,
            Optional<String> redirectUri,
            Optional<String> challenge,
            boolean hashed,
            Instant until) {

        /** Tells whether an exchange fits the authorization request (RFC 6749 section 4.1.3, RFC 7636 section 4.6). */
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

    private final Map<String, Ticket> tickets = new ConcurrentHashMap<>();

    String issue(Ticket ticket) {
        String code = TestTokens.code();
        tickets.put(code, ticket);
        return code;
    }

    Optional<Ticket> look(String code) {
        return Optional.ofNullable(tickets.get(code));
    }

    /** Uses a code up; empty if there is none such. */
    Optional<Ticket> redeem(String code) {
        return Optional.ofNullable(tickets.remove(code));
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
