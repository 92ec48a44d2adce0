package dev.evertoken.benchmarks.scaling;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.ForwardingTokenStore;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the reads and writes of records. Thread-safe. */
final class CountedStore extends ForwardingTokenStore {

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    CountedStore(TokenStore store) {
        super(store);
    }

    int takeReads() {
        return reads.getAndSet(0);
    }

    int takeWrites() {
        return writes.getAndSet(0);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        reads.incrementAndGet();
        return super.load(key);
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        writes.incrementAndGet();
        return super.compareAndSet(key, expectedRevision, next);
    }
}
