package dev.evertoken.internal.account;

import dev.evertoken.internal.cache.TokenCache;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.event.Listeners;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.RecordSeals;
import dev.evertoken.internal.record.SealedJournal;
import dev.evertoken.internal.refresh.AheadRefreshes;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Grant;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TransportSettings;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.operations.AccountInspector;
import dev.evertoken.spi.operations.ClientStatus;
import dev.evertoken.spi.operations.EngineHealth;
import dev.evertoken.spi.operations.OpenedRecord;
import dev.evertoken.spi.operations.RecordView;
import dev.evertoken.spi.operations.RefreshOutcome;
import dev.evertoken.spi.operations.SealedSecrets;
import dev.evertoken.spi.operations.SealedSecrets.Place;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.operations.TokenOperations;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The operations of one engine. Thread-safe. */
public final class EngineOperations implements TokenOperations {

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final RecordSeals seals;
    private final SealedJournal journal;
    private final ClientRegistry clients;
    private final TokenCache cache;
    private final Timekeeper time;
    private final AheadRefreshes ahead;
    private final EndWarnings endWarnings;
    private final Consumer<TokenEvent> events;
    private final AccountStatuses statuses;
    private final EngineHealthReader health;
    private final StoredTokens storedTokens;
    private final Listeners listeners;

    EngineOperations(
            MonitoredStore store,
            RecordMapper mapper,
            SealedJournal journal,
            ClientRegistry clients,
            TokenCache cache,
            Timekeeper time,
            AheadRefreshes ahead,
            EndWarnings endWarnings,
            Consumer<TokenEvent> events,
            AccountStatuses statuses,
            EngineHealthReader health,
            StoredTokens storedTokens,
            Listeners listeners) {
        this.store = store;
        this.mapper = mapper;
        this.seals = mapper.seals();
        this.journal = journal;
        this.clients = clients;
        this.cache = cache;
        this.time = time;
        this.ahead = ahead;
        this.endWarnings = endWarnings;
        this.events = events;
        this.statuses = statuses;
        this.health = health;
        this.storedTokens = storedTokens;
        this.listeners = listeners;
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
    public Optional<OpenedRecord> open(TokenKey key) {
        try {
            StoredTokens.Holding held = storedTokens.of(key, clients.of(key));
            return Optional.of(
                    new OpenedRecord(RecordView.of(held.record()), held.tokens().tokens()));
        } catch (NotConnectedException e) {
            return Optional.empty();
        }
    }

    @Override
    public void addListener(TokenListener listener) {
        listeners.add(listener);
    }

    @Override
    public Stream<SealedSecrets> sealedSecrets() {
        Stream<SealedSecrets> kept = Stream.of(Place.JOURNAL, Place.JOURNAL_SET_ASIDE, Place.JOURNAL_CONSENT)
                .flatMap(place -> journal.kept(place).stream().map(record -> sealed(record, place)));
        return Stream.concat(store.keys().flatMap(key -> stored(key).stream()), kept);
    }

    private Optional<SealedSecrets> stored(TokenKey key) {
        try {
            return store.loadStored(key).map(record -> sealed(record, Place.STORE));
        } catch (UnreadableRecordException e) {
            return Optional.of(new SealedSecrets(key, Place.STORE, Optional.empty(), Seal.UNREADABLE));
        }
    }

    private SealedSecrets sealed(TokenRecord record, Place place) {
        return new SealedSecrets(record.key(), place, RecordView.of(record).keyId(), seals.of(record));
    }

    @Override
    public Optional<DueIndex> dueIndex() {
        return store.dueIndex();
    }

    @Override
    public CompletableFuture<RefreshOutcome> refreshIfDue(TokenKey key, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("most " + most + " is less than 1");
        }
        return ahead.refresh(key, most);
    }

    @Override
    public boolean isUsed(TokenKey key) {
        return cache.known(key).filter(TokenCache.Cell::isUsed).isPresent();
    }

    @Override
    public boolean warnOfEnd(TokenKey key) {
        return endWarnings.warn(key);
    }

    @Override
    public void reportBacklog(TokenKey oldest, Duration overdue, int waiting, String detail) {
        events.accept(new TokenEvent.RefreshBacklog(oldest, time.now(), overdue, waiting, detail));
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
        Optional<ClientHealth.Suspension> refusal = registered.health().refusal();
        return new ClientStatus(
                registered.client().registration(),
                registered.provider().id(),
                registered.client().profile().refreshModel(),
                refusal.map(ClientHealth.Suspension::problem),
                refusal.map(ClientHealth.Suspension::detail).orElse(""),
                refusal.map(ClientHealth.Suspension::since),
                refusal.map(ClientHealth.Suspension::until).filter(now::isBefore),
                registered.secrets().usesPrevious());
    }

    @Override
    public boolean clear(TokenKey key, long expectedRevision) {
        Optional<Grant> grant = grantOf(key, expectedRevision);
        boolean removed = store.remove(key, expectedRevision);
        if (removed) {
            cache.cell(key).forget();
            cache.changed(key);
            events.accept(new TokenEvent.Disconnected(key, time.now(), grant));
        }
        return removed;
    }

    /** Returns the grant of a record that has a revision; empty if it has another one or cannot be read. */
    private Optional<Grant> grantOf(TokenKey key, long revision) {
        try {
            return store.load(key)
                    .filter(record -> record.revision() == revision)
                    .map(TokenRecord::grant);
        } catch (UnreadableRecordException e) {
            return Optional.empty();
        }
    }

    @Override
    public Stream<AccountStatus> statuses() {
        return statuses.all();
    }

    @Override
    public AccountInspector inspector() {
        return new InspectedAccounts(statuses, mapper);
    }

    @Override
    public List<StoreFact> storeFacts() {
        return store.facts();
    }

    @Override
    public Optional<Instant> storeTime() {
        return store.now();
    }

    @Override
    public boolean probeWrites() {
        return new WriteProbe(store, mapper).run();
    }

    @Override
    public Optional<URI> endpoint(String registration, EndpointKind kind) {
        return client(registration).flatMap(client -> client.client().endpoint(kind));
    }

    @Override
    public TransportSettings transport(String registration) {
        return client(registration).map(client -> client.client().transport()).orElseGet(TransportSettings::ofTheJvm);
    }

    private Optional<RegisteredClient> client(String registration) {
        return clients.all()
                .filter(client -> client.client().registration().equals(registration))
                .findFirst();
    }

    @Override
    public EngineHealth health() {
        return health.health(clients());
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public Timekeeper timekeeper() {
        return time;
    }
}
