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
        json.text("access_token", text(tokens.accessToken()))
                .text("token_type", tokens.tokenType())
                .text("refresh_token", text(tokens.refreshToken()))
                .instant("expires_at", tokens.expiresAt())
                .instant("refresh_token_expires_at", tokens.refreshTokenExpiresAt())
                .texts("scopes", tokens.scopes())
                .instant("issued_at", tokens.issuedAt())
                .object("attributes", attributes(tokens.attributes()))
                .texts("hosts", tokens.hosts());
    }

    private static Optional<String> text(Optional<Secret> secret) {
        return secret.isPresent() ? Optional.of(secret.get().reveal()) : Optional.empty();
    }

    private static JsonObjectWriter attributes(Map<String, Secret> attributes) {
        JsonObjectWriter json = JsonObjectWriter.part();
        for (Map.Entry<String, Secret> attribute : attributes.entrySet()) {
            json.text(attribute.getKey(), attribute.getValue().reveal());
        }
        return json;
    }

    static TokenSet read(JsonObjectReader json) throws MalformedRecordException {
        return new TokenSet(
                secret(json, "access_token"),
                json.text("token_type"),
                secret(json, "refresh_token"),
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
            if (value.isPresent()) {
                attributes.put(name, Secret.of(value.get()));
            }
        }
        return attributes;
    }

    private static Optional<Secret> secret(JsonObjectReader json, String name) throws MalformedRecordException {
        Optional<String> text = json.optionalText(name);
        return text.isPresent() ? Optional.of(Secret.of(text.get())) : Optional.empty();
    }
}
