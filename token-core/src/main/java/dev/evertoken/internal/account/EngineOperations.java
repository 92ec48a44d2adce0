package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The operations of one engine. Thread-safe. */
public final class EngineOperations implements TokenOperations {

    private final MonitoredStore store;
    private final ClientRegistry clients;
    private final TokenCache cache;
    private final Timekeeper time;
    private final Consumer<TokenEvent> events;

    public EngineOperations(
            MonitoredStore store,
            ClientRegistry clients,
            TokenCache cache,
            Timekeeper time,
            Consumer<TokenEvent> events) {
        this.store = store;
        this.clients = clients;
        this.cache = cache;
        this.time = time;
        this.events = events;
    }

    @Override
    public Stream<TokenKey> keys() {
        return store.keys();
    }

    @Override
    public Optional<RecordView> record(TokenKey key) {
        return store.load(key).map(RecordView::of);
    }

    @Override
    public Optional<DueIndex> dueIndex() {
        return store.dueIndex();
    }

    @Override
    public TokenStore.Guarantee guarantee() {
        return store.guarantee();
    }

    @Override
    public boolean costlyWrites() {
        return store.costlyWrites();
    }

    @Override
    public List<ClientStatus> clients() {
        Instant now = time.now();
        return clients.all().map(client -> status(client, now)).toList();
    }

    private static ClientStatus status(RegisteredClient registered, Instant now) {
        Optional<ClientHealth.Shut> refusal = registered.health().refusal();
        return new ClientStatus(
                registered.client().registration(),
                registered.provider().id(),
                registered.client().profile().refreshModel(),
                refusal.map(ClientHealth.Shut::problem),
                refusal.map(ClientHealth.Shut::detail).orElse(""),
                refusal.map(ClientHealth.Shut::since),
                refusal.map(ClientHealth.Shut::until).filter(now::isBefore));
    }

    @Override
    public boolean clear(TokenKey key, long expectedRevision) {
        boolean removed = store.remove(key, expectedRevision);
        if (removed) {
            cache.cell(key).forget();
            cache.changed(key);
            events.accept(new TokenEvent.Disconnected(key, time.now()));
        }
        return removed;
    }

    @Override
    public Instant now() {
        return time.now();
    }
}
