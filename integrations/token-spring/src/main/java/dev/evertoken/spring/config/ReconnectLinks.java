package dev.evertoken.spring.config;

import dev.evertoken.model.TokenKey;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses at which users reconnect accounts with the routes of the consent, as far as the redirect URIs of the
 * clients show the host of the application. Immutable.
 */
record ReconnectLinks(Map<String, URI> byRegistration) {

    private static final String CALLBACK = "/callback";

    static ReconnectLinks of(Map<String, ClientSettings> clients) {
        Map<String, URI> links = new HashMap<>();
        clients.forEach((registration, client) -> {
            String address = String.valueOf(client.redirectUri());
            if (address.endsWith("/" + registration + CALLBACK)) {
                links.put(registration, URI.create(address.substring(0, address.length() - CALLBACK.length())));
            }
        });
        return new ReconnectLinks(Map.copyOf(links));
    }

    @Nullable
    URI of(TokenKey key) {
        return byRegistration.get(key.registration());
    }
}
