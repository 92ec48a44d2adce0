package dev.evertoken.spring.config;

import dev.evertoken.Tokens;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.AuthorizationFlow;
import java.util.Map;

/** Finds clients whose consent page would reject the request because no scope is configured. Stateless. Thread-safe. */
final class MissingScopes {

    private MissingScopes() {}

    /** @throws SettingsException if a client with a redirect URI has no scopes, and its provider requires them */
    static void check(Tokens tokens, Map<String, ClientSettings> clients) {
        clients.forEach((registration, client) -> {
            if (client.redirectUri() != null && client.scopes().isEmpty() && requires(tokens, registration)) {
                String property = ConfiguredClients.PREFIX + registration + ".scopes";
                throw new SettingsException(
                        property,
                        property + " is not set, and the provider's consent page requires at least one scope.",
                        "Set it to the scopes that the application needs.");
            }
        });
    }

    private static boolean requires(Tokens tokens, String registration) {
        return tokens.provider(TokenKey.of(registration, "start"))
                .authorizationFlow()
                .filter(AuthorizationFlow::requiresScopes)
                .isPresent();
    }
}
