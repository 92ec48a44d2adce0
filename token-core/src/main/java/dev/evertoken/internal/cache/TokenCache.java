package dev.evertoken.internal.cache;

import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.store.TokenRecord;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The last known token of each account, or the reason why it has none, in cells. A key never has more than one cell.
 *
 * <p>Recently used cells are strongly referenced. An evicted cell stays reachable through a weak reference while a
 * caller holds it, so a key never has two cells. A known cell is found without a lock, a write or an allocation.
 *
 * <p>Accounts that are not known to exist have a small place of their own: calls for any number of unknown accounts
 * evict no cell of a known one. Thread-safe.
 */
public final class TokenCache {

    private static final int MOST_UNKNOWN = 1_024;

    private final ConcurrentMap<TokenKey, CellReference> cells = new ConcurrentHashMap<>();
    private final Set<String> excluded = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Cell> collected = new ReferenceQueue<>();
    private final AtomicLong changes = new AtomicLong();
    private final AtomicLong doubts = new AtomicLong();
    private final RecentCells recent;
    private final RecentCells unknown;
    private volatile boolean closed;

    /** @param size the maximum number of strongly referenced cells of known accounts */
    public TokenCache(int size) {
        recent = new RecentCells(size, new Known());
        unknown = new RecentCells(Math.min(size, MOST_UNKNOWN), new Unknown());
    }

    public Cell cell(TokenKey key) {
        CellReference known = cells.get(key);
        Cell existing = known == null ? null : known.get();
        Cell cell = existing == null ? findOrCreate(key) : existing;
        (cell.connected ? recent : unknown).use(cell);
        return cell;
    }

    /** Returns the cell of an account if there is one; does not count as a use of the cell. */
    public Optional<Cell> known(TokenKey key) {
        CellReference reference = cells.get(key);
        return reference == null ? Optional.empty() : Optional.ofNullable(reference.get());
    }

    /** Ends the refusals of an account, because it has changed in the store. */
    public void changed(TokenKey key) {
        known(key).ifPresentOrElse(cell -> cell.changed(), changes::incrementAndGet);
    }

    /**
     * Removes every token from the hot path until its account has been read from the store again, because another
     * process has connected or disconnected accounts. A token whose record was read before, but which is published
     * later, is doubted by {@link Cell#doubtSince}.
     */
    public void doubtAll() {
        doubts.incrementAndGet();
        for (CellReference reference : cells.values()) {
            Cell cell = reference.get();
            if (cell != null) {
                cell.doubt();
            }
        }
    }

    /** Forgets all tokens, including those that are published from now on, so that no caller is served from memory. */
    public void close() {
        closed = true;
        for (CellReference reference : cells.values()) {
            Cell cell = reference.get();
            if (cell != null) {
                cell.forget();
            }
        }
    }

    /**
     * Forgets the tokens of a registration, including those that are published from now on, because its client was
     * removed.
     */
    public void exclude(String registration) {
        excluded.add(registration);
        for (CellReference reference : cells.values()) {
            Cell cell = reference.get();
            if (cell != null && cell.key.registration().equals(registration)) {
                cell.forget();
                cell.changed();
            }
        }
    }

    /** Accepts tokens of a registration again that was excluded. */
    public void admit(String registration) {
        excluded.remove(registration);
    }

    private boolean isExcluded(TokenKey key) {
        return closed || excluded.contains(key.registration());
    }

    private Cell findOrCreate(TokenKey key) {
        removeCollected();
        Cell created = new Cell(key, this);
        CellReference mine = new CellReference(created, collected);
        CellReference theirs = cells.putIfAbsent(key, mine);
        while (theirs != null) {
            Cell existing = theirs.get();
            if (existing != null) {
                return existing;
            }
            cells.remove(key, theirs);
            theirs = cells.putIfAbsent(key, mine);
        }
        return created;
    }

    /**
     * Removes the entries of garbage-collected cells. Called before a cell is created, since only then the map grows.
     */
    private void removeCollected() {
        for (Reference<? extends Cell> gone = collected.poll(); gone != null; gone = collected.poll()) {
            if (gone instanceof CellReference reference) {
                cells.remove(reference.key, reference);
            }
        }
    }

    /** A weak reference to a cell, with the cell's key. */
    private static final class CellReference extends WeakReference<Cell> {
        private final TokenKey key;

        CellReference(Cell cell, ReferenceQueue<Cell> collected) {
            super(cell, collected);
            this.key = cell.key();
        }
    }

    /** The state of a cell among those of known accounts. Thread-safe. */
    private static final class Known implements RecentCells.Place {
        private static final AtomicIntegerFieldUpdater<Cell> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Cell.class, "hold");

        @Override
        public int state(Cell cell) {
            return cell.hold;
        }

        @Override
        public boolean compareAndSet(Cell cell, int expected, int next) {
            return STATE.compareAndSet(cell, expected, next);
        }
    }

    /** The state of a cell among those of unknown accounts. Thread-safe. */
    private static final class Unknown implements RecentCells.Place {
        private static final AtomicIntegerFieldUpdater<Cell> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Cell.class, "holdWhileUnknown");

        @Override
        public int state(Cell cell) {
            return cell.holdWhileUnknown;
        }

        @Override
        public boolean compareAndSet(Cell cell, int expected, int next) {
            return STATE.compareAndSet(cell, expected, next);
        }
    }

    /** The last known token of one account. A fresh token costs one volatile read and two comparisons. Thread-safe. */
    public static final class Cell extends RefusalSlot {
        private static final AtomicReferenceFieldUpdater<Cell, Snapshot> SNAPSHOT =
                AtomicReferenceFieldUpdater.newUpdater(Cell.class, Snapshot.class, "snapshot");

        private final TokenKey key;
        private final TokenCache cache;
        private volatile Snapshot snapshot = Snapshot.NOTHING;
        private volatile int hold;
        private volatile int holdWhileUnknown;
        private volatile boolean connected;
        private volatile boolean used;

        private Cell(TokenKey key, TokenCache cache) {
            this.key = key;
            this.cache = cache;
        }

        public TokenKey key() {
            return key;
        }

        @Override
        AtomicLong changesOfAll() {
            return cache.changes;
        }

        /** Returns the token if it is valid and not due, null otherwise. */
        @Nullable
        public AccessToken fresh(long now) {
            use();
            Snapshot known = snapshot;
            return now < known.refreshAt && now >= known.validFrom ? known.token : null;
        }

        /** Records that a caller uses the account; costs a read if that is known already. */
        public void use() {
            if (!used) {
                used = true;
            }
        }

        /** Returns whether a caller has used the account since its current token was published. */
        public boolean isUsed() {
            return used;
        }

        /** Returns the token if it has not expired, null otherwise. */
        @Nullable
        public AccessToken valid(long now) {
            Snapshot known = snapshot;
            return now < known.expiresAt && now >= known.validFrom ? known.token : null;
        }

        /** Returns the token if it is fresh apart from a doubt, null otherwise. */
        @Nullable
        public AccessToken freshOrDoubted(long now) {
            Snapshot known = snapshot;
            return now < known.dueAt && now >= known.validFrom ? known.token : null;
        }

        /** Returns whether the time of the token's next background check has come. */
        public boolean isDue(long now) {
            return now >= snapshot.dueAt;
        }

        /**
         * Returns whether the account's record must be read before the token is used again. A doubted token is not
         * fresh, but valid: it is used if the store fails.
         */
        public boolean isDoubted() {
            return snapshot.isDoubted();
        }

        /** Returns how often all tokens were doubted; taken before a record is read, for {@link #doubtSince}. */
        public long doubts() {
            return cache.doubts.get();
        }

        /** Doubts the token if all tokens were doubted since {@code before}, when its record had not been read yet. */
        public void doubtSince(long before) {
            if (cache.doubts.get() != before) {
                doubt();
            }
        }

        /** Removes the token from the hot path until {@link #confirm} or {@link #publish}. */
        public void doubt() {
            SNAPSHOT.updateAndGet(this, Snapshot::doubted);
        }

        /**
         * Ends the doubt about a token with the current record of its account: forgets the token if the record is of
         * another grant. A token of another generation than the record is due at once.
         *
         * @param lookAgain when the next background check is due, if the token is that of the record
         */
        public void confirm(TokenRecord record, Instant lookAgain) {
            SNAPSHOT.updateAndGet(this, known -> known.confirmed(record, lookAgain.toEpochMilli()));
        }

        /**
         * Returns whether the last known token stands for a user, a page or the application; a user if no token is
         * known.
         */
        public TokenOf tokenOf() {
            return snapshot.tokenOf;
        }

        /** Publishes a token from a store or a provider, unless a newer one is known already. */
        public void publish(Snapshot next) {
            Snapshot before = snapshot;
            while (!before.isNewerThan(next) && !SNAPSHOT.compareAndSet(this, before, next)) {
                before = snapshot;
            }
            if (!before.hasTokenOf(next)) {
                used = false;
                changed();
            }
            becomeKnown();
            if (cache.isExcluded(key)) {
                forget();
            }
        }

        /** Returns the last refusal, and the changes that end it. */
        public RefusalSlot refusals() {
            return this;
        }

        /** Remembers a refusal. */
        public void refuse(Refusal why) {
            keep(why);
            if (why.isOfKnownAccount()) {
                becomeKnown();
            }
        }

        private void becomeKnown() {
            if (!connected) {
                connected = true;
                cache.recent.use(this);
            }
        }

        /** Sets the time of the next background check; the token does not change. */
        public void lookAgainAt(Instant moment) {
            SNAPSHOT.updateAndGet(this, known -> known.refreshingAt(moment.toEpochMilli()));
        }

        /**
         * Forgets a token of a later generation than this record of its grant, for a record that is known to be
         * current.
         */
        public void goBackTo(TokenRecord record) {
            SNAPSHOT.updateAndGet(this, known -> known.isLaterThan(record) ? Snapshot.NOTHING : known);
        }

        /** Returns whether a valid token is known that is newer than a record. */
        public boolean knowsLaterThan(TokenRecord record, long now) {
            Snapshot known = snapshot;
            boolean laterGrant = known.consentedAt.isAfter(record.grant().consentedAt());
            return valid(now) != null && (laterGrant || known.isLaterThan(record));
        }

        /** Forgets the token of a grant. */
        public void forget(String grantId) {
            SNAPSHOT.updateAndGet(this, known -> known.isOf(grantId) ? Snapshot.NOTHING : known);
        }

        /** Forgets the token. */
        public void forget() {
            snapshot = Snapshot.NOTHING;
        }
    }

    /**
     * One published token with the times that the hot path compares, in epoch milliseconds. Immutable.
     *
     * @param refreshAt the end of the hot path: {@code dueAt}, or a time in the past if the token is doubted
     * @param dueAt when the next background check is due
     */
    public record Snapshot(
            @Nullable AccessToken token,
            TokenOf tokenOf,
            Instant consentedAt,
            long validFrom,
            long refreshAt,
            long expiresAt,
            long dueAt) {

        /** The {@code refreshAt} of a doubted token, so that no time is before it. */
        private static final long DOUBTED = Long.MIN_VALUE;

        static final Snapshot NOTHING =
                new Snapshot(null, TokenOf.USER, Instant.MIN, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

        /** A token that is not doubted. */
        public Snapshot(
                @Nullable AccessToken token,
                TokenOf tokenOf,
                Instant consentedAt,
                long validFrom,
                long refreshAt,
                long expiresAt) {
            this(token, tokenOf, consentedAt, validFrom, refreshAt, expiresAt, refreshAt);
        }

        /**
         * @param skew a token that was issued further in the future than this is not trusted
         * @param lookAgain when the next background check is due
         */
        public static Snapshot of(TokenRecord record, AccessToken token, Duration skew, Instant lookAgain) {
            long expiresAt = record.lifetime().schedule().expiresAt().toEpochMilli();
            return new Snapshot(
                    token,
                    RecordMapper.tokenOf(record),
                    record.grant().consentedAt(),
                    record.lifetime().issuedAt().minus(skew).toEpochMilli(),
                    Math.min(lookAgain.toEpochMilli(), expiresAt),
                    expiresAt);
        }

        private boolean isOf(String grantId) {
            return token != null && token.grantId().equals(grantId);
        }

        boolean isNewerThan(Snapshot other) {
            if (token == null || other.token == null) {
                return false;
            }
            return isOf(other.token.grantId())
                    ? token.generation() > other.token.generation()
                    : consentedAt.isAfter(other.consentedAt);
        }

        boolean hasTokenOf(Snapshot other) {
            return token != null
                    && other.token != null
                    && isOf(other.token.grantId())
                    && token.generation() == other.token.generation();
        }

        boolean isLaterThan(TokenRecord record) {
            return token != null && isOf(record.grant().id()) && token.generation() > record.generation();
        }

        boolean isDoubted() {
            return token != null && refreshAt == DOUBTED;
        }

        /** Changes the time of the next background check; a doubted token stays doubted. */
        Snapshot refreshingAt(long moment) {
            long due = Math.min(moment, expiresAt);
            return token == null ? this : with(isDoubted() ? DOUBTED : due, due);
        }

        Snapshot doubted() {
            return token == null || isDoubted() ? this : with(DOUBTED, dueAt);
        }

        Snapshot confirmed(TokenRecord record, long lookAgain) {
            if (token == null || !isOf(record.grant().id())) {
                return NOTHING;
            }
            long due = token.generation() == record.generation() ? Math.min(lookAgain, expiresAt) : validFrom;
            return with(due, due);
        }

        private Snapshot with(long refreshAt, long dueAt) {
            return new Snapshot(token, tokenOf, consentedAt, validFrom, refreshAt, expiresAt, dueAt);
        }
    }
}
