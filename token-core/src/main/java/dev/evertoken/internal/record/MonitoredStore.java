package dev.evertoken.internal.record;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.EngineHealth.StoreHealth;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spi.operations.StoreCall.Operation;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.ReplicatedStore;
import dev.evertoken.spi.store.ReplicatedStore.ClaimResult;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Spliterator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's store, with its failures recorded: whether a claim has lapsed depends on when the store last failed
 * for its account. Any exception that a store throws counts as a store failure, except for those that concern a record
 * that is unreadable or an argument that is invalid. A failure that may pass has a retry time. Records are returned
 * with the changes that this process keeps in memory. Thread-safe.
 */
public final class MonitoredStore {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final String BATCH = "a batch of accounts";
    private static final String LISTING = "the list of all accounts";

    private final TokenStore store;
    private final RecordCopies copies;
    private final Timekeeper time;
    private final UnwrittenRecords unwritten;
    private final StoreFailures failures;
    private final StoreOutages outages;
    private final Consumer<StoreCall> observer;
    private final StoreClock clock = new StoreClock();
    private final AtomicReference<@Nullable Instant> silentSince = new AtomicReference<>();
    private volatile @Nullable BiConsumer<TokenKey, ClaimResult> onClaim;

    // The first refresh of every process makes these two calls, and a class is created faster than a lambda.

    private record TimedLoading(TokenStore store, TokenKey key) implements Supplier<TimedRecord> {
        @Override
        public TimedRecord get() {
            return store.loadTimed(key);
        }
    }

    private record Saving(TokenStore store, TokenKey key, long expectedRevision, TokenRecord next)
            implements Supplier<Boolean> {
        @Override
        public Boolean get() {
            return store.compareAndSet(key, expectedRevision, next);
        }
    }

    /** Creates a store whose calls are not observed. */
    public MonitoredStore(TokenStore store, Timekeeper time, UnwrittenRecords unwritten, Duration shortestOutage) {
        this(store, time, unwritten, shortestOutage, call -> {});
    }

    /**
     * @param shortestOutage a shorter time in which calls fail and none succeeds is no outage of the whole store
     * @param observer receives each call that has ended; must not block or throw
     */
    public MonitoredStore(
            TokenStore store,
            Timekeeper time,
            UnwrittenRecords unwritten,
            Duration shortestOutage,
            Consumer<StoreCall> observer) {
        this.store = store;
        this.copies = RecordCopies.of(store);
        this.time = time;
        this.unwritten = unwritten;
        this.failures = new StoreFailures(shortestOutage, time.nanos());
        this.outages = new StoreOutages(time);
        this.observer = observer;
    }

    public Optional<TokenRecord> load(TokenKey key) {
        Optional<TokenRecord> stored = loadStored(key);
        return stored.isPresent() ? Optional.of(unwritten.onto(stored.get())) : Optional.empty();
    }

    /** Returns the stored record without the changes that this process keeps in memory. */
    public Optional<TokenRecord> loadStored(TokenKey key) {
        return watched(Operation.LOAD, key, () -> store.load(key));
    }

    /** Returns a record like {@link #load}. The time that the store returns with it is used by {@link #claimTime}. */
    public Optional<TokenRecord> loadTimed(TokenKey key) {
        long began = time.nanos();
        TimedRecord stored = watched(Operation.LOAD, key, new TimedLoading(store, key));
        Optional<Instant> now = stored.time();
        if (now.isPresent()) {
            clock.read(now.get(), began);
        }
        Optional<TokenRecord> record = stored.record();
        return record.isPresent() ? Optional.of(unwritten.onto(record.get())) : record;
    }

    /** Returns a stored record with the changes that this process keeps in memory. */
    public TokenRecord withUnwritten(TokenRecord stored) {
        return unwritten.onto(stored);
    }

    /**
     * Returns one result for each key, see {@link TokenStore#loadAll}; read many records through {@link RecordPages}.
     */
    List<LoadResult> loadAll(List<TokenKey> keys) {
        return watched(Operation.LOAD_ALL, BATCH, () -> store.loadAll(keys)).stream()
                .map(result -> result.record()
                        .map(record -> LoadResult.of(unwritten.onto(record)))
                        .orElse(result))
                .toList();
    }

    int batchSize() {
        return store.batchSize();
    }

    /** Returns why the store has no record of an account although it has something of it; empty if that is unknown. */
    public Optional<String> absence(TokenKey key) {
        try {
            return store.absence(key);
        } catch (RuntimeException e) {
            log.debug("{}: the store cannot say why it has no record", key, e);
            return Optional.empty();
        }
    }

    /** Makes {@code next} the account's record in this process until the stored record is written again. */
    public void keepUnwritten(TokenRecord next) {
        unwritten.keep(next);
    }

    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        return watched(Operation.SAVE, key, new Saving(store, key, expectedRevision, next));
    }

    /**
     * Saves a record with the claim on a refresh token that must not be used twice, see {@link ReplicatedStore#claim}.
     *
     * @param history the history that was known when the decision to refresh was made
     * @return whether it was saved
     */
    public boolean claim(TokenKey key, long expectedRevision, TokenRecord claimed, long history) {
        ClaimResult result = watched(
                Operation.SAVE, key, () -> ReplicatedStore.claim(store, key, expectedRevision, claimed, history));
        BiConsumer<TokenKey, ClaimResult> receiver = onClaim;
        if (receiver != null) {
            receiver.accept(key, result);
        }
        return result == ClaimResult.SAVED || result == ClaimResult.UNCONFIRMED;
    }

    /** Sets the receiver of the outcome of each claim. */
    public void onClaim(BiConsumer<TokenKey, ClaimResult> receiver) {
        onClaim = receiver;
    }

    /** Returns whether the store can lose confirmed writes. */
    public boolean isReplicated() {
        return store instanceof ReplicatedStore;
    }

    /** Returns a number that changes when the store may have lost confirmed writes, see {@link ReplicatedStore}. */
    public OptionalLong history() {
        return ReplicatedStore.history(store);
    }

    /** Returns whether the store may have a change stamp. */
    public boolean hasChangeStamp() {
        return store instanceof ChangeStamp;
    }

    /**
     * Returns the change stamp, empty if the store has none. A failure of this call does not count as an outage of the
     * store.
     */
    public Optional<String> changeStamp() {
        return ChangeStamp.of(store).changeStamp();
    }

    /**
     * Moves the change stamp; empty if the store has none. A failure of this call does not count as an outage of the
     * store.
     */
    public Optional<ChangeStamp.Move> moveChangeStamp() {
        return ChangeStamp.of(store).moveChangeStamp();
    }

    public boolean remove(TokenKey key, long expectedRevision) {
        return watched(Operation.REMOVE, key, () -> store.remove(key, expectedRevision));
    }

    /**
     * Returns the newest record that the store's fallbacks have, with the changes kept in memory; empty if there is
     * none, or if they fail.
     */
    public Optional<TokenRecord> newestKnown(TokenKey key) {
        try {
            return copies.newestKnown(key).map(unwritten::onto);
        } catch (RuntimeException e) {
            log.warn("{}: the store's fallbacks cannot be read: {}", key, LogLine.reason(e));
            return Optional.empty();
        }
    }

    /** Keeps a response in the store's fallbacks; returns whether one has it. */
    public boolean keepAside(TokenRecord unsaved) {
        try {
            return copies.keepAside(unsaved);
        } catch (RuntimeException e) {
            log.warn("{}: the store's fallbacks do not accept a response: {}", unsaved.key(), LogLine.reason(e));
            return false;
        }
    }

    /** Returns since when the store has been failing; the current time if its last call succeeded. */
    public Instant silentSince() {
        Instant since = silentSince.get();
        return since == null ? time.now() : since;
    }

    /** Returns whether the store works, from the calls so far. */
    public StoreHealth health() {
        return new StoreHealth(Optional.ofNullable(silentSince.get()), outages.failing());
    }

    /**
     * Returns all keys. The first one has been read when this returns, so that a failure to list them is noticed here.
     * The caller closes the stream.
     */
    public Stream<TokenKey> keys() {
        return watched(Operation.LIST, LISTING, () -> readFirst(store.keys()));
    }

    private static Stream<TokenKey> readFirst(Stream<TokenKey> keys) {
        try {
            List<TokenKey> first = new ArrayList<>();
            Spliterator<TokenKey> others = keys.spliterator();
            return others.tryAdvance(first::add)
                    ? Stream.concat(first.stream(), StreamSupport.stream(others, false))
                            .onClose(keys::close)
                    : Stream.<TokenKey>empty().onClose(keys::close);
        } catch (RuntimeException e) {
            keys.close();
            throw e;
        }
    }

    /** Returns the keys of the accounts that the store's fallbacks have; empty if they fail. */
    public List<TokenKey> knownKeys() {
        try (Stream<TokenKey> known = copies.knownKeys()) {
            return known.toList();
        } catch (RuntimeException e) {
            log.warn("the accounts in the store's fallbacks cannot be listed: {}", LogLine.reason(e));
            return List.of();
        }
    }

    /**
     * Returns the store's own time, empty if it has none or fails. That its clock works or fails says nothing about its
     * records.
     */
    public Optional<Instant> now() {
        try {
            return store.now();
        } catch (RuntimeException e) {
            log.debug("the store's time cannot be read", e);
            return Optional.empty();
        }
    }

    /**
     * Returns the store's time for the deadline of a claim that is about to be written, empty if the store has none. It
     * may be later than {@link #now} by the duration of a read, but not earlier. It costs no call if a record was read
     * with the time just before.
     */
    public Optional<Instant> claimTime() {
        Optional<Instant> known = clock.at(time.nanos());
        return known.isPresent() ? known : now();
    }

    /** Returns what the store reports about itself; a failure of this call does not count as an outage. */
    public List<StoreFact> facts() {
        return StoreInspection.of(store);
    }

    /** Returns whether the secrets of an account are stored in clear text. */
    public boolean keepsClearText(TokenKey key) {
        return store.keepsClearText(key);
    }

    /**
     * Returns whether a record is refreshed without a claim, because a write is expensive there and a second refresh is
     * cheap.
     */
    public boolean sparesClaims(TokenRecord record) {
        return record.refreshModel().spendsNothing() && store.costlyWrites();
    }

    /**
     * Returns the related accounts of a registration, see {@link RelatedIndex}; empty if the store has no such index.
     */
    public Optional<List<TokenKey>> related(String registration, TokenRecord record) {
        return watched(Operation.RELATED, LISTING, () -> RelatedIndex.of(store).related(registration, record));
    }

    /** Returns the store's index of due accounts, empty if it has none. */
    public Optional<DueIndex> dueIndex() {
        return store instanceof DueIndex index ? Optional.of(new WatchedIndex(index)) : Optional.empty();
    }

    /** The index of due accounts, whose calls count like those of the store. Thread-safe. */
    private final class WatchedIndex implements DueIndex {
        private final DueIndex index;

        WatchedIndex(DueIndex index) {
            this.index = index;
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            return watched(Operation.DUE, LISTING, () -> index.due(registration, before, after, limit));
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return watched(Operation.DUE, LISTING, () -> index.oldestDue(registration));
        }

        @Override
        public boolean isListed(TokenKey key, Instant dueAt) {
            return watched(Operation.DUE, key, () -> index.isListed(key, dueAt));
        }

        @Override
        public void repair(TokenKey key) {
            boolean unused = watched(Operation.DUE, key, () -> {
                index.repair(key);
                return true;
            });
        }
    }

    public TokenStore.Guarantee guarantee() {
        return store.guarantee();
    }

    public boolean costlyWrites() {
        return store.costlyWrites();
    }

    public int concurrentWrites() {
        return store.concurrentWrites();
    }

    /**
     * Returns whether calls about an account, or the whole store, have failed since {@code nanos}, a time of the
     * monotonic clock. Failures that concern other accounts only do not count.
     */
    public boolean failedSince(TokenKey key, long nanos) {
        return failures.since(key, nanos);
    }

    /** @param source the account, or the operation if it concerns no account */
    private <T> T watched(Operation kind, Object source, Supplier<T> call) {
        String operation = verb(kind);
        long began = time.nanos();
        try {
            T result = call.get();
            succeeded(kind, source, began);
            outages.succeeded(operation);
            return result;
        } catch (UnreadableRecordException e) {
            succeeded(kind, source, began);
            throw e;
        } catch (TokenStoreException e) {
            failed(kind, source, began);
            throw outages.failed(operation, e);
        } catch (IllegalArgumentException e) {
            throw TokenStoreException.refused(failure(operation, e), e);
        } catch (RuntimeException e) {
            failed(kind, source, began);
            throw outages.failed(operation, TokenStoreException.unavailable(failure(operation, e), e));
        }
    }

    private void succeeded(Operation kind, Object source, long began) {
        long now = time.nanos();
        failures.succeeded(source, began, now);
        if (silentSince.get() != null) {
            silentSince.set(null);
        }
        observer.accept(new StoreCall(kind, Duration.ofNanos(now - began), false));
    }

    private void failed(Operation kind, Object source, long began) {
        long now = time.nanos();
        failures.failed(source, now);
        silentSince.compareAndSet(null, time.now());
        observer.accept(new StoreCall(kind, Duration.ofNanos(now - began), true));
    }

    /** Returns an operation as a verb, for messages; a batch is read like one record. */
    private static String verb(Operation kind) {
        return switch (kind) {
            case LOAD, LOAD_ALL -> "load";
            case SAVE -> "save";
            case REMOVE -> "remove";
            case LIST -> "list";
            case RELATED -> "find related accounts";
            case DUE -> "find due accounts";
        };
    }

    private static String failure(String operation, RuntimeException e) {
        return "the store failed to " + operation + " with " + e.getClass().getSimpleName();
    }
}
