package dev.evertoken.spring.config;

import dev.evertoken.model.Secret;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code evertoken.clients.<registration>.*}. Immutable.
 *
 * @param provider the provider's id; absent if it is the name of the registration
 * @param clientId the id of the client
 * @param clientSecret the secret of the client; absent for a public client
 * @param redirectUri the address to which the provider sends the user after the consent
 * @param scopes the scopes to request
 * @param description the location of a provider's description in JSON: a file, or a resource such as {@code
 *     classpath:acme.json}
 */
public record ClientSettings(
        @Nullable String provider,
        @Nullable String clientId,
        @Nullable Secret clientSecret,
        @Nullable URI redirectUri,
        List<String> scopes,
        @Nullable String description) {

    @SuppressWarnings("ConstantValue") // Spring passes null for a list that is not set.
    public ClientSettings {
        scopes = scopes == null ? List.of() : List.copyOf(scopes);
    }
}
