package dev.evertoken.spring.boot;

import dev.evertoken.model.Secret;
import dev.evertoken.spring.config.BackgroundSettings;
import dev.evertoken.spring.config.ClientSettings;
import dev.evertoken.spring.config.ConnectSettings;
import dev.evertoken.spring.config.StoreSettings;
import dev.evertoken.spring.config.TokensSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code evertoken.*}. A property of that name that is not known ends the start. Immutable.
 *
 * @param namespace the name of the application in a shared store; required
 * @param environment the stage, such as {@code prod}
 * @param keys the text form of the key ring that encrypts stored secrets
 * @param keyFile the file that contains the key ring
 * @param allowClearText whether records in clear text are accepted although there is a key ring
 * @param store the store
 * @param clients the clients by registration id
 * @param background the background refresh
 * @param connect the routes of the consent
 * @param problemDetails the problem details for token exceptions
 */
@ConfigurationProperties(prefix = "evertoken", ignoreUnknownFields = false)
record EvertokenProperties(
        @Nullable String namespace,
        @Nullable String environment,
        @Nullable Secret keys,
        @Nullable String keyFile,
        boolean allowClearText,
        @DefaultValue StoreSettings store,
        @DefaultValue Map<String, ClientSettings> clients,
        @DefaultValue BackgroundSettings background,
        @DefaultValue ConnectSettings connect,
        @DefaultValue ProblemDetails problemDetails) {

    /**
     * The properties {@code evertoken.problem-details.*}. Immutable.
     *
     * @param enabled whether token exceptions of controllers become problem details
     */
    record ProblemDetails(@DefaultValue("true") boolean enabled) {}

    TokensSettings settings() {
        return new TokensSettings(namespace, environment, keys, keyFile, allowClearText, store, clients, connect);
    }
}
