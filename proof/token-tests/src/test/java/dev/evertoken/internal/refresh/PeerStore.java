package dev.evertoken.internal.refresh;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.store.InMemoryTokenStore;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store in memory in which the test runs actions of peers before reads and writes. It fails a test that reads without
 * end. Not thread-safe.
 */
public final class PeerStore implements TokenStore, RecordCopies {

    private static final int MOST_LOADS = 2_000;

    private final InMemoryTokenStore records;
    private final Map<TokenKey, Reason> unreadable = new HashMap<>();
    private final Map<Moment, Deque<Runnable>> before = new EnumMap<>(Moment.class);
    private final List<TokenRecord> aside = new ArrayList<>();
    private Optional<TokenRecord> copy = Optional.empty();
    private boolean costly;
    private int loads;

    private enum Moment {
        LOAD,
        WRITE
    }

    PeerStore(Timekeeper time) {
        records = new InMemoryTokenStore(time);
        for (Moment moment : Moment.values()) {
            before.put(moment, new ArrayDeque<>());
        }
    }

    /** Returns the stored records, as peers see them. */
    InMemoryTokenStore behind() {
        return records;
    }

    /** Makes writes costly, as in a store with a quota. */
    public void isCostly() {
        costly = true;
    }

    /** Makes a record the newest known copy. Before the first call there is no copy. */
    public void hasCopy(TokenRecord record) {
        copy = Optional.of(record);
    }

    /** Returns the records that were kept aside because this store did not accept them. */
    public List<TokenRecord> aside() {
        return aside;
    }

    /** Makes a record unreadable until it is replaced or removed. */
    public void spoil(TokenKey key, Reason reason) {
        unreadable.put(key, reason);
    }

    /** Runs an action of a peer before the next write. Each write runs one of these actions. */
    public void beforeAWrite(Runnable action) {
        before.get(Moment.WRITE).add(action);
    }

    /** Runs an action of a peer before the next read. Each read runs one of these actions. */
    public void beforeALoad(Runnable action) {
        before.get(Moment.LOAD).add(action);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        if (++loads > MOST_LOADS) {
            throw new AssertionError("the store is read without end");
        }
        runAction(Moment.LOAD);
        Reason reason = unreadable.get(key);
        if (reason != null) {
            throw new UnreadableRecordException(key, reason, "spoilt by a test", null);
        }
        return records.load(key);
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        runAction(Moment.WRITE);
        boolean isReplaced = expectedRevision == UNREADABLE && unreadable.remove(key) != null;
        return records.compareAndSet(key, isReplaced ? revision(key) : expectedRevision, next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        runAction(Moment.WRITE);
        boolean isReplaced = expectedRevision == UNREADABLE && unreadable.remove(key) != null;
        return records.remove(key, isReplaced ? revision(key) : expectedRevision);
    }

    private long revision(TokenKey key) {
        return records.load(key).map(TokenRecord::revision).orElse(ABSENT);
    }

    private void runAction(Moment moment) {
        Runnable action = before.get(moment).poll();
        if (action != null) {
            action.run();
        }
    }

    @Override
    public Stream<TokenKey> keys() {
        return records.keys();
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    @Override
    public Optional<Instant> now() {
        return records.now();
    }

    @Override
    public boolean costlyWrites() {
        return costly;
    }

    @Override
    public Optional<TokenRecord> newestKnown(TokenKey key) {
        return copy.filter(record -> record.key().equals(key));
    }

    @Override
    public Stream<TokenKey> knownKeys() {
        return copy.stream().map(TokenRecord::key);
    }

    @Override
    public boolean keepAside(TokenRecord unsaved) {
        return copy.isPresent() && aside.add(unsaved);
    }

    @Override
    public void close() {
        records.close();
    }
}
