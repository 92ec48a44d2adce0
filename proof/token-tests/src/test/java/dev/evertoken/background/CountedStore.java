package dev.evertoken.background;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.testing.ForwardingTokenStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A store with a due index that counts what is read, and has records that cannot be read. Thread-safe. */
final class CountedStore extends ForwardingTokenStore implements DueIndex {

    final AtomicInteger queries = new AtomicInteger();
    final AtomicInteger keysRead = new AtomicInteger();
    final AtomicInteger loads = new AtomicInteger();
    final AtomicInteger listings = new AtomicInteger();
    final Set<TokenKey> unreadable = ConcurrentHashMap.newKeySet();
    private final DueIndex index;

    CountedStore(TokenStore store) {
        super(store);
        this.index = (DueIndex) store;
    }

    void reset() {
        queries.set(0);
        keysRead.set(0);
        loads.set(0);
        listings.set(0);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        loads.incrementAndGet();
        if (unreadable.contains(key)) {
            throw new UnreadableRecordException(
                    key, UnreadableRecordException.Reason.CORRUPT, "a test has damaged it", null);
        }
        return super.load(key);
    }

    @Override
    public Stream<TokenKey> keys() {
        listings.incrementAndGet();
        return super.keys();
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        List<TokenKey> page = index.due(registration, before, after, limit);
        queries.incrementAndGet();
        keysRead.addAndGet(page.size());
        return page;
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        queries.incrementAndGet();
        return index.oldestDue(registration);
    }
}
