package dev.evertoken.mirror.receiver;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonException;
import dev.evertoken.internal.json.JsonLimits;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonParser;
import dev.evertoken.internal.json.JsonString;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of a request that stores tokens.
 *
 * @param tokens the tokens; empty if fields are missing or invalid
 * @param invalid the names of these fields
 */
record ConnectBody(Optional<TokenSet> tokens, List<String> invalid) {

    private static final JsonParser PARSER = new JsonParser(new JsonLimits(4, 32, JsonLimits.Repeated.REJECTED));

    /** @param accessTokenOnly whether the refresh token and the expiry may be missing */
    static ConnectBody parse(byte[] body, boolean accessTokenOnly, Instant now) {
        Optional<JsonObject> json = object(body);
        if (json.isEmpty()) {
            return new ConnectBody(Optional.empty(), List.of("body"));
        }
        List<String> invalid = new ArrayList<>();
        Optional<String> access = token(json.get(), "access_token", true, invalid);
        Optional<String> refresh = token(json.get(), "refresh_token", !accessTokenOnly, invalid);
        Optional<Instant> expiry = expiry(json.get(), !accessTokenOnly, invalid);
        List<String> scopes = scopes(json.get(), invalid);
        if (!invalid.isEmpty() || access.isEmpty()) {
            return new ConnectBody(Optional.empty(), invalid);
        }
        try {
            TokenSet.Builder tokens = TokenSet.builder(access.get())
                    .expiresAt(expiry)
                    .scopes(scopes)
                    .issuedAt(now);
            refresh.ifPresent(tokens::refreshToken);
            return new ConnectBody(Optional.of(tokens.build()), List.of());
        } catch (IllegalArgumentException e) { // a scope with characters that no scope has
            return new ConnectBody(Optional.empty(), List.of("scope"));
        }
    }

    private static Optional<JsonObject> object(byte[] body) {
        try {
            JsonValue value = PARSER.parse(body);
            return value instanceof JsonObject object ? Optional.of(object) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> token(JsonObject json, String name, boolean required, List<String> invalid) {
        Optional<JsonValue> value = json.get(name);
        Optional<String> token = value.flatMap(ConnectBody::string)
                .filter(text -> !text.isEmpty()
                        && text.chars().noneMatch(Character::isWhitespace)
                        && Secret.of(text).hasTokenCharacters());
        if (token.isEmpty() && (required || value.isPresent())) {
            invalid.add(name);
        }
        return token;
    }

    private static Optional<Instant> expiry(JsonObject json, boolean required, List<String> invalid) {
        Optional<JsonValue> value = json.get("token_expiry");
        Optional<Instant> expiry = value.flatMap(ConnectBody::string).flatMap(ConnectBody::instant);
        if (expiry.isEmpty() && (required || value.isPresent())) {
            invalid.add("token_expiry");
        }
        return expiry;
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static List<String> scopes(JsonObject json, List<String> invalid) {
        Optional<JsonValue> value = json.get("scope");
        if (value.isPresent()
                && (value.get() instanceof JsonArray || string(value.get()).isEmpty())) {
            invalid.add("scope");
        }
        return value.flatMap(ConnectBody::string).map(List::of).orElse(List.of());
    }

    private static Optional<String> string(JsonValue value) {
        return value instanceof JsonString text ? Optional.of(text.value()) : Optional.empty();
    }
}
