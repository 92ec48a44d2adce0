package dev.evertoken.protocol;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A store that serves one read from a stale copy; every write goes to the underlying store. Thread-safe. */
final class LaggingStore extends ForwardingTokenStore {

    private final AtomicReference<Optional<TokenRecord>> old = new AtomicReference<>(Optional.empty());

    LaggingStore(TokenStore store) {
        super(store);
    }

    /** Returns this record from the next read. */
    void lagBehind(TokenRecord record) {
        old.set(Optional.of(record));
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        Optional<TokenRecord> lagging = old.getAndSet(Optional.empty());
        return lagging.isPresent() ? lagging : super.load(key);
    }
}
