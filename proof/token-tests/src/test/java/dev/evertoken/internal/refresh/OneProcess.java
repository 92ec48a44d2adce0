package dev.evertoken.internal.refresh;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.Provider;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;

/**
 * The engine of one process for one account, without threads: everything runs on the calling thread at one constant
 * time, and a wait for a peer is cancelled. Not thread-safe.
 */
final class OneProcess {

    private final Cell cell;
    private final RegisteredClient client;
    private final RefreshCycle cycle;
    private final Connections connections;

    OneProcess(TokenKey key, Provider provider, TokenStore shared) {
        Timekeeper time = new ConstantTime();
        Duration second = Duration.ofSeconds(1);
        Settings settings = new Settings(
                second.multipliedBy(20), second.multipliedBy(30), second.multipliedBy(5), second, second, second);
        EngineParts parts =
                EngineParts.of(shared, time, settings, Journal.none(), RefreshPolicy.early(second), event -> {});
        TokenCache cache = new TokenCache(1);
        this.cell = cache.cell(key);
        this.client = new RegisteredClient(
                new Client(
                        key.registration(),
                        provider.id(),
                        ClientRegistration.ofPublic("explored-client"),
                        provider.profile()),
                provider,
                provider.refresher(),
                Optional.empty(),
                Set.of(),
                new ClientHealth(Backoff.betweenAttempts()));
        this.cycle = parts.cycle();
        this.connections = new Connections(
                parts.store(),
                parts.mapper(),
                parts.pendingWrites(),
                parts.publisher(),
                parts.watch(),
                parts.signing(),
                parts.userLookups(),
                parts.exceptions(),
                time,
                parts.statuses(new ClientRegistry(Map.of(key.registration(), client), parts.exceptions()), cache),
                event -> {});
    }

    /**
     * Refreshes the token and returns its new generation.
     *
     * @throws dev.evertoken.model.TokenException if there is nothing to refresh
     * @throws CancellationException if a peer is refreshing
     */
    long refresh() {
        ParentToken none = new ParentToken((parent, requirement) -> {
            throw new AssertionError("this account has no parent");
        });
        try (RefreshAttempt attempt = cycle.attempt(cell, client, TokenRequirement.usable(), none, event -> {})) {
            return steps(attempt).generation();
        }
    }

    private AccessToken steps(RefreshAttempt attempt) {
        CycleStep step = cycle.step(attempt);
        while (step instanceof CycleStep.LoadAgain) {
            step = cycle.step(attempt);
        }
        if (step instanceof CycleStep.Done done) {
            return done.token();
        }
        throw new CancellationException("this process does not wait");
    }

    void connect(TokenSet consent) {
        connections.connect(cell, client, consent, Consent.Over.ANYTHING);
    }

    void disconnect() {
        connections.disconnect(cell);
    }

    /** A constant time: no claim lapses, and a wait for one is cancelled. Immutable. */
    static final class ConstantTime implements Timekeeper {
        @Override
        public long millis() {
            return OneStrictProvider.NOW.toEpochMilli();
        }

        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            return () -> {};
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) {
            throw new CancellationException("this process does not wait");
        }
    }
}
