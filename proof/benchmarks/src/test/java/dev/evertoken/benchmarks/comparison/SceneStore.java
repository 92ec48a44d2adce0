package dev.evertoken.benchmarks.comparison;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;

/** A store that tells a scene about each call before it, and fails if the scene wants that. Thread-safe. */
final class SceneStore extends ForwardingTokenStore {

    private final Scene.StoreEvents events;

    SceneStore(TokenStore store, Scene.StoreEvents events) {
        super(store);
        this.events = events;
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        events.read();
        return super.load(key);
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        try {
            events.save();
        } catch (IllegalStateException e) {
            throw TokenStoreException.unavailable("the store fails", e);
        }
        return super.compareAndSet(key, expectedRevision, next);
    }
}
