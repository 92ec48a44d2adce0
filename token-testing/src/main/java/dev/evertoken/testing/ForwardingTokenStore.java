package dev.evertoken.testing;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Forwards all methods to another store. A test overrides single methods. It is no {@link
 * dev.evertoken.spi.store.DueIndex}, and it has neither batches nor timed reads: {@link #loadAll} and {@link #loadTimed}
 * call {@link #load}, so that a test that overrides {@link #load} sees every read. Thread-safe if the other store is.
 */
public class ForwardingTokenStore implements TokenStore, RecordCopies, RelatedIndex, ChangeStamp, StoreInspection {

    private final TokenStore store;
    private final RecordCopies copies;
    private final RelatedIndex related;

    /** Wraps a store, which is closed with this one. */
    public ForwardingTokenStore(TokenStore store) {
        this.store = Objects.requireNonNull(store);
        this.copies = RecordCopies.of(store);
        this.related = RelatedIndex.of(store);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return store.load(key);
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        return store.compareAndSet(key, expectedRevision, next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        return store.remove(key, expectedRevision);
    }

    @Override
    public Optional<List<TokenKey>> related(String registration, TokenRecord record) {
        return related.related(registration, record);
    }

    @Override
    public Stream<TokenKey> keys() {
        return store.keys();
    }

    @Override
    public Optional<Instant> now() {
        return store.now();
    }

    @Override
    public Guarantee guarantee() {
        return store.guarantee();
    }

    @Override
    public Optional<String> absence(TokenKey key) {
        return store.absence(key);
    }

    @Override
    public boolean keepsClearText(TokenKey key) {
        return store.keepsClearText(key);
    }

    @Override
    public boolean costlyWrites() {
        return store.costlyWrites();
    }

    @Override
    public int concurrentWrites() {
        return store.concurrentWrites();
    }

    @Override
    public Optional<TokenRecord> newestKnown(TokenKey key) {
        return copies.newestKnown(key);
    }

    @Override
    public Stream<TokenKey> knownKeys() {
        return copies.knownKeys();
    }

    @Override
    public boolean keepAside(TokenRecord unsaved) {
        return copies.keepAside(unsaved);
    }

    @Override
    public Optional<String> changeStamp() {
        return ChangeStamp.of(store).changeStamp();
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return ChangeStamp.of(store).moveChangeStamp();
    }

    @Override
    public void close() {
        store.close();
    }

    @Override
    public List<StoreFact> inspect() {
        return StoreInspection.of(store);
    }
}
