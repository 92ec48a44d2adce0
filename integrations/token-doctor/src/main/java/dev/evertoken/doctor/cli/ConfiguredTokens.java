package dev.evertoken.doctor.cli;

import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.KeyRing;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.OAuth2Provider;
import dev.evertoken.providers.ProviderDescription;
import dev.evertoken.spi.store.TokenStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An engine over the configured store. Closing it closes both. Thread-safe.
 *
 * @param tokens the engine
 * @param store its store
 */
record ConfiguredTokens(Tokens tokens, TokenStore store) implements AutoCloseable {

    /**
     * Opens the store and the engine.
     *
     * @param refreshes whether accounts will be refreshed: only then is the journal of this host used, so that no
     *     response is lost; else nothing is touched that belongs to the processes of the application
     * @throws UsageException if a setting is missing or cannot be used
     */
    static ConfiguredTokens open(EvertokenProperties properties, boolean refreshes) {
        String namespace = properties.require("evertoken.namespace");
        TokensBuilder builder = Tokens.builder().namespace(namespace).encryption(keys(properties));
        properties.get("evertoken.environment").ifPresent(builder::environment);
        if (properties.isTrue("evertoken.allow-clear-text")) {
            builder.allowClearText();
        }
        if (!refreshes) {
            builder.withoutJournal();
        }
        properties.clients().forEach(registration -> addClient(builder, properties, registration));
        TokenStore store = ConfiguredStore.open(properties, namespace);
        try {
            return new ConfiguredTokens(builder.store(store).build(), store);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static KeyRing keys(EvertokenProperties properties) {
        Optional<String> text = properties.get("evertoken.keys");
        Optional<String> file = properties.get("evertoken.key-file");
        if (text.isPresent() && file.isPresent()) {
            throw new UsageException("evertoken.keys and evertoken.key-file exclude each other");
        }
        return text.map(value -> KeyRing.parse(Secret.of(value)))
                .or(() -> file.map(path -> KeyRing.fromFile(Path.of(path))))
                .orElseGet(KeyRing::none);
    }

    private static void addClient(TokensBuilder builder, EvertokenProperties properties, String registration) {
        String id = properties.require("evertoken.clients." + registration + ".client-id");
        ClientRegistration.Builder client = ClientRegistration.builder(id).scopes(properties.scopes(registration));
        properties.ofClient(registration, "client-secret").ifPresent(client::clientSecret);
        properties.ofClient(registration, "client-secret-previous").ifPresent(client::previousSecret);
        builder.client(registration, provider(builder, properties, registration), client.build());
    }

    private static String provider(TokensBuilder builder, EvertokenProperties properties, String registration) {
        Optional<String> description = properties.ofClient(registration, "description");
        if (description.isEmpty()) {
            return properties.ofClient(registration, "provider").orElse(registration);
        }
        try {
            ProviderDescription read = ProviderDescription.read(Path.of(description.get()));
            builder.provider(OAuth2Provider.of(read));
            return read.id();
        } catch (IOException e) {
            throw new UsageException("the description of the client " + registration + " cannot be read", e);
        }
    }

    @Override
    public void close() {
        tokens.close();
        store.close();
    }
}
