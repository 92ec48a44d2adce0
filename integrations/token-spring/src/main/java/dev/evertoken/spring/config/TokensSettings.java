package dev.evertoken.spring.config;

import dev.evertoken.model.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code evertoken.*} as they were read; {@link TokensFactory} checks them. Immutable.
 *
 * @param namespace the name of the application in a shared store
 * @param environment the stage; absent for the default of the library
 * @param keys the text form of a key ring
 * @param keyFile the file that contains a key ring
 * @param allowClearText whether records in clear text are accepted although there is a key ring
 * @param store the store
 * @param clients the clients by registration id
 * @param connect the routes of the consent
 */
public record TokensSettings(
        @Nullable String namespace,
        @Nullable String environment,
        @Nullable Secret keys,
        @Nullable String keyFile,
        boolean allowClearText,
        StoreSettings store,
        Map<String, ClientSettings> clients,
        ConnectSettings connect) {

    public TokensSettings {
        clients = new LinkedHashMap<>(clients);
    }

    /**
     * Returns the namespace.
     *
     * @throws SettingsException if it is not set
     */
    String requiredNamespace() {
        String name = namespace;
        if (name == null || name.isBlank()) {
            throw new SettingsException(
                    "evertoken.namespace",
                    "evertoken.namespace is not set: it separates applications that share a store.",
                    "Set evertoken.namespace to the name of the application, and never change it.");
        }
        return name;
    }
}
