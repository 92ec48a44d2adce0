package dev.evertoken;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.spi.provider.KeptConnections;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/** Adds clients to tokens that are in use, and removes them. Thread-safe. */
final class RunningClients {

    /** The settings that apply to every client; never changed. */
    private final TokensBuilder common;

    private final Guarantee guarantee;
    private final ClientRegistry registry;
    private final TokenCache cache;
    private final KeptConnections connections;

    /** Orders additions and removals of one registration. */
    private final ReentrantLock lock = new ReentrantLock();

    RunningClients(
            TokensBuilder chosen,
            Guarantee guarantee,
            ClientRegistry registry,
            TokenCache cache,
            KeptConnections connections) {
        this.common = chosen.withoutClients();
        this.guarantee = guarantee;
        this.registry = registry;
        this.cache = cache;
        this.connections = connections;
    }

    void add(String registration, String providerId, ClientRegistration credentials) {
        add(common.withoutClients().client(registration, providerId, credentials), registration);
    }

    void add(String registration, Provider provider, ClientRegistration credentials) {
        TokensBuilder one = common.withoutClients();
        one.providers.put(provider.id(), provider);
        add(one.client(registration, provider.id(), credentials), registration);
    }

    /** @param one the settings with this client alone */
    private void add(TokensBuilder one, String registration) {
        ClientAssembly assembly = ClientAssembly.of(one, connections);
        assembly.checkGuarantee(one, guarantee);
        RegisteredClient client = Objects.requireNonNull(assembly.clients().get(registration));
        lock.lock();
        try {
            if (!registry.add(client)) {
                throw new IllegalArgumentException(
                        "a client is already registered as \"" + registration + "\"; remove it first");
            }
            cache.admit(registration);
        } finally {
            lock.unlock();
        }
    }

    boolean remove(String registration) {
        lock.lock();
        try {
            boolean removed = registry.remove(registration);
            if (removed) {
                cache.exclude(registration);
            }
            return removed;
        } finally {
            lock.unlock();
        }
    }
}
