package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.spi.provider.HeldTokens;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognizes an access token that an introspection endpoint reports as not active although it is valid: some servers, such
 * as Keycloak, report that to every client that is not in the audience of the token, even to the client that it was issued
 * to. Stateless. Thread-safe.
 */
final class ForeignAudience {

    private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

    private ForeignAudience() {}

    /**
     * Returns why "not active" need not be believed; empty if nothing speaks against it. The claims of the token are not
     * verified: they only prevent a conclusion.
     */
    static Optional<String> excuse(HeldTokens held, Instant now) {
        String client = held.client().credentials().clientId();
        return held.tokens()
                .accessToken()
                .flatMap(token -> claims(token.reveal()))
                .filter(claims -> isFor(claims, client) && !isInAudience(claims, client) && !hasEnded(claims, now))
                .map(claims ->
                        "the audience of the token does not contain this client, and the server may report that for"
                                + " this reason; add the client to the audience at the provider, or validate with a request to"
                                + " the API");
    }

    private static boolean isFor(JsonObject claims, String client) {
        return List.of("azp", "client_id").stream()
                .anyMatch(name -> claims.get(name)
                        .flatMap(JsonValue::text)
                        .filter(client::equals)
                        .isPresent());
    }

    private static boolean isInAudience(JsonObject claims, String client) {
        List<JsonValue> audience = claims.get("aud")
                .map(value -> value instanceof JsonArray array ? array.values() : List.of(value))
                .orElse(List.of());
        return audience.stream()
                .anyMatch(one -> one.text().filter(client::equals).isPresent());
    }

    private static boolean hasEnded(JsonObject claims, Instant now) {
        return claims.get("exp")
                .flatMap(JsonValue::text)
                .filter(SECONDS.asMatchPredicate())
                .map(Long::parseLong)
                .filter(end -> now.getEpochSecond() < end)
                .isEmpty();
    }

    private static Optional<JsonObject> claims(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            return ResponseJson.object(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not base64url
        }
    }
}
