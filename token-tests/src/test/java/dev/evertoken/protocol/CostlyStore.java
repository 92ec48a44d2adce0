package dev.evertoken.protocol;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.util.Optional;
import java.util.stream.Stream;

/** A store in memory that says of itself that several processes share it and that a write costs money. Thread-safe. */
final class CostlyStore implements TokenStore {

    private final TokenStore store;

    CostlyStore(Timekeeper time) {
        this.store = new InMemoryTokenStore(time);
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
    public Stream<TokenKey> keys() {
        return store.keys();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    @Override
    public boolean costlyWrites() {
        return true;
    }

    @Override
    public void close() {
        store.close();
    }
}
