package dev.evertoken.store;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in the memory of this process; the reference for store implementations, and a store for tests. The
 * records are lost when the process ends.
 *
 * <p>Records are immutable and revisions are never reused, so comparing the revision and writing within one
 * {@link ConcurrentMap#compute} is a compare-and-set; the due index is updated in the same step. A record in memory is
 * always readable. Thread-safe.
 */
public final class InMemoryTokenStore implements TokenStore, DueIndex, RelatedIndex, ChangeStamp {

    private final ConcurrentMap<TokenKey, TokenRecord> records = new ConcurrentHashMap<>();
    private final DueOrder due = new DueOrder();
    private final AtomicLong moves = new AtomicLong();
    private final Timekeeper time;

    /** Creates an empty store that uses the time of this machine. */
    public InMemoryTokenStore() {
        this(Timekeeper.system());
    }

    /** Creates an empty store that uses a given clock, which it does not close. */
    public InMemoryTokenStore(Timekeeper time) {
        this.time = time;
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        return Optional.ofNullable(records.get(key));
    }

    /** @throws IllegalArgumentException if the record belongs to another key */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        return write(key, expectedRevision, next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        return expectedRevision != ABSENT && write(key, expectedRevision, null);
    }

    private boolean write(TokenKey key, long expectedRevision, @Nullable TokenRecord next) {
        AtomicBoolean written = new AtomicBoolean();
        records.compute(key, (same, current) -> {
            long revision = current == null ? ABSENT : current.revision();
            if (revision != expectedRevision) {
                return current;
            }
            due.move(current, next);
            written.set(true);
            return next;
        });
        return written.get();
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        return due.due(registration, before, after.flatMap(this::load), limit);
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        return due.oldest(registration);
    }

    /** Compares the records in memory, which takes milliseconds for as many as fit there. */
    @Override
    public Optional<List<TokenKey>> related(String registration, TokenRecord record) {
        return Optional.of(records.values().stream()
                .filter(other -> other.key().registration().equals(registration))
                .filter(other -> RelatedIndex.areRelated(record, other))
                .map(TokenRecord::key)
                .toList());
    }

    @Override
    public Optional<String> changeStamp() {
        return Optional.of(stamp(moves.get()));
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        long before = moves.getAndIncrement();
        return Optional.of(new Move(stamp(before), stamp(before + 1)));
    }

    private static String stamp(long moves) {
        return moves == 0 ? NONE : Long.toString(moves);
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

    /** Removes all records. */
    @Override
    public void close() {
        records.clear();
        due.clear();
    }

    /** Opens {@code memory:}; each call returns a new, empty store. Thread-safe. */
    public static final class Factory implements TokenStoreFactory {

        @Override
        public String scheme() {
            return "memory";
        }

        @Override
        public TokenStore open(String location, StoreContext context) {
            if (!location.equals("memory:")) {
                throw TokenException.about(Problem.STORE_REFUSED)
                        .detail("store location \"" + location
                                + "\": an in-memory store has no name; write \"memory:\"")
                        .build();
            }
            return new InMemoryTokenStore(context.time());
        }
    }
}
