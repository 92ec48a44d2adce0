package dev.evertoken;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.TokenStore;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store that has no time of its own, so that claims are judged by the clocks of those who look. As safe for
 * threads as the store that it is around.
 */
record Timeless(TokenStore store) implements TokenStore {

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
        return store.guarantee();
    }

    @Override
    public void close() {
        store.close();
    }
}
