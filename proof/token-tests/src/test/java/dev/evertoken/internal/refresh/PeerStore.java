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
 * A store in memory in which peers are at work: a test says what they do before a write of ours. It gives up on whoever
 * reads without end. Not thread-safe.
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

    /** Returns what is stored, as peers see it. */
    InMemoryTokenStore behind() {
        return records;
    }

    /** Makes every write dear, as in a store behind a quota. */
    public void isCostly() {
        costly = true;
    }

    /** Has another place remember a record; there is none before that. */
    public void hasCopy(TokenRecord record) {
        copy = Optional.of(record);
    }

    /** Returns what was kept in another place because this one did not take it. */
    public List<TokenRecord> aside() {
        return aside;
    }

    /** Makes a record one that cannot be read until it is removed. */
    public void spoil(TokenKey key, Reason reason) {
        unreadable.put(key, reason);
    }

    /** Has a peer do something right before the next write; each write has one of these. */
    public void beforeAWrite(Runnable what) {
        before.get(Moment.WRITE).add(what);
    }

    /** As {@link #beforeAWrite}, before a read. */
    public void beforeALoad(Runnable what) {
        before.get(Moment.LOAD).add(what);
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        if (++loads > MOST_LOADS) {
            throw new AssertionError("somebody reads without end");
        }
        happens(Moment.LOAD);
        Reason reason = unreadable.get(key);
        if (reason != null) {
            throw new UnreadableRecordException(key, reason, "spoilt by a test", null);
        }
        return records.load(key);
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        happens(Moment.WRITE);
        boolean isReplaced = expectedRevision == UNREADABLE && unreadable.remove(key) != null;
        return records.compareAndSet(key, isReplaced ? revision(key) : expectedRevision, next);
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        happens(Moment.WRITE);
        boolean isReplaced = expectedRevision == UNREADABLE && unreadable.remove(key) != null;
        return records.remove(key, isReplaced ? revision(key) : expectedRevision);
    }

    private long revision(TokenKey key) {
        return records.load(key).map(TokenRecord::revision).orElse(ABSENT);
    }

    private void happens(Moment moment) {
        Runnable what = before.get(moment).poll();
        if (what != null) {
            what.run();
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
