package dev.evertoken;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.testing.MockResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Responses of a token endpoint to an exchange, with an ID token that names the user. Stateless. */
public final class ConsentResponses {

    private ConsentResponses() {}

    /** Returns a response with these tokens of this user. */
    public static MockResponse response(TokenSet tokens, String subject) {
        String refresh = tokens.refreshToken()
                .map(Secret::reveal)
                .map(token -> ",\"refresh_token\":\"" + token + "\"")
                .orElse("");
        return MockResponse.json(
                200,
                "{\"access_token\":\"" + tokens.accessToken().orElseThrow().reveal()
                        + "\",\"token_type\":\"Bearer\",\"expires_in\":3599" + refresh + ",\"id_token\":\""
                        + idToken(subject) + "\"}");
    }

    public static TokenSet withoutRefreshToken(TokenSet tokens) {
        return TokenSet.builder(tokens.accessToken().orElseThrow().reveal())
                .scopes(tokens.scopes())
                .build();
    }

    private static String idToken(String subject) {
        String claims = "{\"iss\":\"https://accounts.google.com\",\"sub\":\"" + subject + "\"}";
        return "e30." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8))
                + ".c2ln";
    }
}
