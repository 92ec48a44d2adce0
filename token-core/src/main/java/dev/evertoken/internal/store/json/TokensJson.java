package dev.evertoken.internal.store.json;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads and writes a token set, the secret part of a record before it is sealed. Stateless. */
final class TokensJson {

    private TokensJson() {}

    static void write(JsonObjectWriter json, TokenSet tokens) {
        json.text("access_token", tokens.accessToken().map(Secret::reveal))
                .text("token_type", tokens.tokenType())
                .text("refresh_token", tokens.refreshToken().map(Secret::reveal))
                .instant("expires_at", tokens.expiresAt())
                .instant("refresh_token_expires_at", tokens.refreshTokenExpiresAt())
                .texts("scopes", tokens.scopes())
                .instant("issued_at", tokens.issuedAt())
                .object(
                        "attributes",
                        inner -> tokens.attributes().forEach((name, value) -> inner.text(name, value.reveal())))
                .texts("hosts", tokens.hosts());
    }

    static TokenSet read(JsonObjectReader json) throws MalformedRecordException {
        return new TokenSet(
                json.optionalText("access_token").map(Secret::of),
                json.text("token_type"),
                json.optionalText("refresh_token").map(Secret::of),
                json.optionalInstant("expires_at"),
                json.optionalInstant("refresh_token_expires_at"),
                json.texts("scopes"),
                json.instant("issued_at"),
                attributes(json.object("attributes")),
                json.optionalTexts("hosts"));
    }

    private static Map<String, Secret> attributes(JsonObjectReader json) throws MalformedRecordException {
        Map<String, Secret> attributes = new LinkedHashMap<>();
        for (String name : json.names()) {
            Optional<String> value = json.optionalText(name);
            value.ifPresent(some -> attributes.put(name, Secret.of(some)));
        }
        return attributes;
    }
}
