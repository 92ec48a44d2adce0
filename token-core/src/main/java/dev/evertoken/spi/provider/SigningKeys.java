package dev.evertoken.spi.provider;

import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets for signing a request. Immutable.
 *
 * @param key the account
 * @param client the client, including its secret
 * @param accessToken the token that the request is sent with
 * @param attributes further secrets of the same tokens, from {@link dev.evertoken.model.TokenSet#attributes()}
 * @param time the clock for timestamps
 */
public record SigningKeys(
        TokenKey key, Client client, Secret accessToken, Map<String, Secret> attributes, Timekeeper time) {

    public SigningKeys {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }

    /** Returns a further secret, such as an OAuth 1.0a token secret; empty if the tokens have none of this name. */
    public Optional<Secret> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }
}
