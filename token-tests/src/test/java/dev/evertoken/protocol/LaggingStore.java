package dev.evertoken.protocol;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.TokenStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** A store that answers one read from a copy that lags behind; every write goes to the store itself. Thread-safe. */
final class LaggingStore implements TokenStore {

    private final TokenStore store;
    private final AtomicReference<Optional<TokenRecord>> old = new AtomicReference<>(Optional.empty());

    LaggingStore(TokenStore store) {
        this.store = store;
    }

    /** Answers the next read with this record. */
    void lagBehind(TokenRecord record) {
        old.set(Optional.of(record));
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        Optional<TokenRecord> lagging = old.getAndSet(Optional.empty());
        return lagging.isPresent() ? lagging : store.load(key);
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
    public Stream<TokenKey> keys() {
        return store.keys();
    }

    @Override
    public Guarantee guarantee() {
        return store.guarantee();
    }

    @Override
    public void close() {
        store.close();
    }
}
