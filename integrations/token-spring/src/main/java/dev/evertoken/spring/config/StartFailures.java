package dev.evertoken.spring.config;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Names the property to which a failure of the start belongs. Immutable. */
record StartFailures(TokensSettings settings, String store) {

    private static final String NO_PROVIDER = "there is no provider \"";

    /** Opens a store, and names the property or bean that leads to it if that fails. */
    static OpenedStore ofStore(String source, Supplier<OpenedStore> opening) {
        try {
            return opening.get();
        } catch (SettingsException e) {
            throw e;
        } catch (RuntimeException e) {
            throw storeFailure(source, e);
        }
    }

    /** Builds something, and names the property if that fails. */
    <T> T named(Supplier<T> building) {
        try {
            return building.get();
        } catch (TokenException e) {
            throw named(e);
        } catch (IllegalArgumentException e) {
            throw named(e, String.valueOf(e.getMessage()));
        }
    }

    private RuntimeException named(TokenException e) {
        return e.problem().name().startsWith("STORE_") || e.problem() == Problem.RECORD_TOO_NEW
                ? storeFailure(store, e)
                : e;
    }

    private RuntimeException named(IllegalArgumentException e, String message) {
        Optional<String> property = unknownProvider(message);
        if (property.isPresent()) {
            return new SettingsException(
                    property.get(),
                    property.get() + " names an unknown provider: " + message + ".",
                    "Correct the name, add the module that has the provider, define a Provider bean, or set a"
                            + " description.",
                    e);
        }
        if (settings.clients().isEmpty()) {
            return new SettingsException(
                    "evertoken.clients",
                    "evertoken.clients has no client: " + message + ".",
                    "Set evertoken.clients.google.client-id, or register a client with a TokensCustomizer.",
                    e);
        }
        return message.startsWith("store") ? storeFailure(store, e) : e;
    }

    private Optional<String> unknownProvider(String message) {
        if (!message.startsWith(NO_PROVIDER)) {
            return Optional.empty();
        }
        String id = message.substring(NO_PROVIDER.length(), message.indexOf('"', NO_PROVIDER.length()));
        for (Map.Entry<String, ClientSettings> one : settings.clients().entrySet()) {
            if (ConfiguredClients.providerOf(one.getKey(), one.getValue(), Optional.empty())
                    .equals(id)) {
                return Optional.of(ConfiguredClients.PREFIX + one.getKey() + ".provider");
            }
        }
        return Optional.empty();
    }

    private static SettingsException storeFailure(String source, RuntimeException e) {
        return new SettingsException(
                source,
                source + " does not lead to a store that can be opened: " + e.getMessage(),
                "Check that value, the address and the permissions of the store.",
                e);
    }
}
