package dev.evertoken.store;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.StoreContext;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.spi.TokenStoreFactory;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * Keeps records in the memory of this process: the reference for whoever writes a store, and a store for
 * tests. Its records end with the process.
 *
 * <p>Records are immutable and revisions are never used again, so "replace exactly the record that was
 * looked at" is compare-and-set on the revision. A record in memory can always be read. Thread-safe.
 */
public final class InMemoryTokenStore implements TokenStore {

    private final ConcurrentMap<TokenKey, TokenRecord> records = new ConcurrentHashMap<>();
    private final Timekeeper time;

    /** Creates an empty store that goes by the time of this machine. */
    public InMemoryTokenStore() {
        this(Timekeeper.system());
    }

    /** Creates an empty store that goes by a given time, which it does not close. */
    public InMemoryTokenStore(Timekeeper time) {
        this.time = time;
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return Optional.ofNullable(records.get(key));
    }

    /** @throws IllegalArgumentException if the record is another key's */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        SameKey.require(key, next);
        if (expectedRevision == ABSENT) {
            return records.putIfAbsent(key, next) == null;
        }
        TokenRecord current = records.get(key);
        return current != null && current.revision() == expectedRevision && records.replace(key, current, next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        TokenRecord current = records.get(key);
        return current != null && current.revision() == expectedRevision && records.remove(key, current);
    }

    @Override
    public Stream<TokenKey> keys() {
        return records.keySet().stream();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.PROCESS;
    }

    @Override
    public Optional<Instant> now() {
        return Optional.of(time.now());
    }

    /** Forgets every record. */
    @Override
    public void close() {
        records.clear();
    }

    /** Opens {@code memory:}, an empty store of its own at every call. Thread-safe. */
    public static final class Factory implements TokenStoreFactory {

        @Override
        public String scheme() {
            return "memory";
        }

        @Override
        public TokenStore open(String location, StoreContext context) {
            if (!location.equals("memory:")) {
                throw TokenException.about(Problem.STORE_REFUSED)
                        .detail("store location \"" + location + "\": a store in memory has no name, write \"memory:\"")
                        .build();
            }
            return new InMemoryTokenStore(context.time());
        }
    }
}
