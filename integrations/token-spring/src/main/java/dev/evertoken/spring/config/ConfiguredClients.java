package dev.evertoken.spring.config;

import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.Placeholder;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.ProviderDescription;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/** Registers the clients of the properties {@code evertoken.clients.*}. Not thread-safe. */
final class ConfiguredClients {

    static final String PREFIX = "evertoken.clients.";

    private final List<ClientReplacement> replacements;
    private final ResourceLoader resources;
    private final Map<String, ProviderDescription> descriptions = new HashMap<>();

    ConfiguredClients(List<ClientReplacement> replacements, ResourceLoader resources) {
        this.replacements = replacements;
        this.resources = resources;
    }

    /** @throws SettingsException if a client has no id, or a value cannot be used */
    void registerIn(TokensBuilder builder, Map<String, ClientSettings> clients) {
        clients.forEach((registration, client) -> register(builder, registration, client));
    }

    private void register(TokensBuilder builder, String registration, ClientSettings client) {
        String prefix = PREFIX + registration + ".";
        Optional<ProviderDescription> described =
                Optional.ofNullable(client.description()).map(location -> read(prefix + "description", location));
        described.ifPresent(description -> add(builder, prefix, description));
        String provider = providerOf(registration, client, described.map(ProviderDescription::id));
        Optional<ClientReplacement> replacement =
                replacements.stream().filter(one -> one.replaces(provider)).findFirst();
        if (replacement.isPresent()) {
            replacement.get().register(builder, registration, provider);
        } else {
            TokensBuilder unused = builder.client(registration, provider, credentials(prefix, client));
        }
    }

    /** Returns the provider's id: that of the property, of the description, or of the registration. */
    static String providerOf(String registration, ClientSettings client, Optional<String> described) {
        return Optional.ofNullable(client.provider()).or(() -> described).orElse(registration);
    }

    private void add(TokensBuilder builder, String prefix, ProviderDescription description) {
        ProviderDescription earlier = descriptions.putIfAbsent(description.id(), description);
        if (earlier == null) {
            TokensBuilder unused = builder.provider(OAuth2Provider.of(description));
        } else if (!earlier.equals(description)) {
            throw new SettingsException(
                    prefix + "description",
                    prefix + "description is another description of the provider \"" + description.id()
                            + "\" than that of an earlier client.",
                    "Use one description for each provider.");
        }
    }

    private ProviderDescription read(String property, String location) {
        Resource resource = resources.getResource(location.contains(":") ? location : "file:" + location);
        try (InputStream json = resource.getInputStream()) {
            return ProviderDescription.read(location, json);
        } catch (IOException e) {
            throw new SettingsException(
                    property,
                    property + " names \"" + location + "\", which cannot be read.",
                    "Set it to a file, or to a resource such as classpath:acme.json.",
                    e);
        } catch (IllegalArgumentException e) {
            throw new SettingsException(
                    property,
                    property + " is not a description of a provider: " + e.getMessage(),
                    "Correct the description.",
                    e);
        }
    }

    private static ClientRegistration credentials(String prefix, ClientSettings client) {
        String id = usable(prefix + "client-id", client.clientId());
        ClientRegistration.Builder registration = ClientRegistration.builder(id);
        Secret secret = client.clientSecret();
        if (secret != null) {
            registration.clientSecret(usable(prefix + "client-secret", secret.reveal()));
        }
        try {
            return registration.scopes(client.scopes()).build();
        } catch (IllegalArgumentException e) {
            throw new SettingsException(
                    prefix + "scopes",
                    prefix + "scopes cannot be used: " + e.getMessage(),
                    "Write each scope as the provider does.",
                    e);
        }
    }

    private static String usable(String property, @Nullable String value) {
        if (value == null) {
            throw new SettingsException(
                    property, property + " is not set.", "Set it to the value of the provider's console.");
        }
        try {
            Placeholder.refuse(property, value);
            return value;
        } catch (TokenException e) {
            throw new SettingsException(
                    property,
                    property + " is " + Placeholder.reason(value).orElse("invalid") + ".",
                    "Set it to the value of the provider's console.",
                    e);
        }
    }
}
