package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * Reads the subject of an ID token that was received directly from the token endpoint, so its signature need not be
 * verified (OpenID Connect Core section 3.1.3.7, item 6). Stateless. Thread-safe.
 */
final class IdToken {

    private IdToken() {}

    /** Returns the {@code sub} claim; empty if the text is not an ID token. */
    static Optional<String> subject(String idToken) {
        String[] parts = idToken.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
            return ResponseJson.object(claims)
                    .flatMap(members -> members.get("sub"))
                    .flatMap(IdToken::text);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64url
        }
    }

    private static Optional<String> text(JsonValue claim) {
        return claim instanceof JsonString ? claim.text().filter(text -> !text.isBlank()) : Optional.empty();
    }
}
