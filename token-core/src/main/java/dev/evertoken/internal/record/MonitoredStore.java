package dev.evertoken.internal.record;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Spliterator;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The application's store, its failures noticed: whether a claim has lapsed depends on when the store last
 * failed, and whatever a store throws is a store failure. What is read has on top what was not worth a write.
 */
public final class MonitoredStore {

    private static final Logger log = LoggerFactory.getLogger(MonitoredStore.class);

    private final TokenStore store;
    private final RecordCopies copies;
    private final Timekeeper time;
    private final UnwrittenRecords unwritten;
    private final AtomicReference<@Nullable Long> lastError = new AtomicReference<>();
    private final AtomicReference<@Nullable Instant> silentSince = new AtomicReference<>();

    public MonitoredStore(TokenStore store, Timekeeper time, UnwrittenRecords unwritten) {
        this.store = store;
        this.copies = RecordCopies.of(store);
        this.time = time;
        this.unwritten = unwritten;
    }

    public Optional<TokenRecord> load(TokenKey key) {
        return watched("load", () -> store.load(key)).map(unwritten::onto);
    }

    /** Has {@code next} count as the account's record in this process, until somebody writes that record. */
    public void keepUnwritten(TokenRecord next) {
        unwritten.keep(next);
    }

    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        return watched("save", () -> store.compareAndSet(key, expectedRevision, next));
    }

    public boolean remove(TokenKey key, long expectedRevision) {
        return watched("remove", () -> store.remove(key, expectedRevision));
    }

    /**
     * Returns the newest record that other places of the store have, with what was not worth a write; empty if there is
     * none, or whatever goes wrong there.
     */
    public Optional<TokenRecord> newestKnown(TokenKey key) {
        try {
            return copies.newestKnown(key).map(unwritten::onto);
        } catch (RuntimeException e) {
            log.warn("{}: the store's other places cannot be asked", key, e);
            return Optional.empty();
        }
    }

    /** Keeps an answer in the store's other places; returns whether one has it. */
    public boolean keepAside(TokenRecord unsaved) {
        try {
            return copies.keepAside(unsaved);
        } catch (RuntimeException e) {
            log.warn("{}: the store's other places do not take an answer", unsaved.key(), e);
            return false;
        }
    }

    /** Returns since when the store has not answered; now if its last call was answered. */
    public Instant silentSince() {
        Instant since = silentSince.get();
        return since == null ? time.now() : since;
    }

    /** Returns all keys; that the first of them can be had is known when this returns. The caller closes the stream. */
    public Stream<TokenKey> keys() {
        return watched("list", () -> begun(store.keys()));
    }

    private static Stream<TokenKey> begun(Stream<TokenKey> keys) {
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

    /** Returns the keys of which other places of the store have records; none, whatever goes wrong there. */
    public List<TokenKey> knownKeys() {
        try (Stream<TokenKey> known = copies.knownKeys()) {
            return known.toList();
        } catch (RuntimeException e) {
            log.warn("the store's other places cannot tell which accounts they have", e);
            return List.of();
        }
    }

    /** Returns the store's own time, empty if it has none or does not answer. */
    public Optional<Instant> now() {
        try {
            return watched("clock", store::now);
        } catch (TokenStoreException e) {
            return Optional.empty();
        }
    }

    /** Tells whether a record is refreshed without a claim: a write costs much there, and a second refresh little. */
    public boolean sparesClaims(TokenRecord record) {
        return record.refreshModel().spendsNothing() && store.costlyWrites();
    }

    /** Tells whether the store has failed since a moment of the monotonic clock. */
    public boolean failedSince(long nanos) {
        Long last = lastError.get();
        return last != null && last - nanos >= 0;
    }

    private void failed() {
        lastError.set(time.nanos());
        silentSince.compareAndSet(null, time.now());
    }

    private <T> T watched(String operation, Supplier<T> call) {
        try {
            T result = call.get();
            if (silentSince.get() != null) {
                silentSince.set(null);
            }
            return result;
        } catch (UnreadableRecordException e) {
            throw e;
        } catch (TokenStoreException e) {
            failed();
            throw e;
        } catch (RuntimeException e) {
            failed();
            throw TokenStoreException.unavailable(
                    "the store failed to " + operation + " with " + e.getClass().getSimpleName(), e);
        }
    }
}
