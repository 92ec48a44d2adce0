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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The last known token of each account, in cells: there is never more than one cell for one key.
 *
 * <p>The recently used cells are held here; one that was crowded out lives on as long as somebody holds it
 * and is found again. A known cell is found without a lock, without writing and without a new object.
 * Thread-safe.
 */
public final class TokenCache {

    private final ConcurrentMap<TokenKey, CellReference> cells = new ConcurrentHashMap<>();
    private final ReferenceQueue<Cell> collected = new ReferenceQueue<>();
    private final RecentCells recent;

    /** @param size how many cells are held at the most */
    public TokenCache(int size) {
        recent = new RecentCells(size);
    }

    public Cell cell(TokenKey key) {
        CellReference known = cells.get(key);
        Cell living = known == null ? null : known.get();
        Cell cell = living == null ? foundOrNew(key) : living;
        recent.use(cell);
        return cell;
    }

    private Cell foundOrNew(TokenKey key) {
        forgetCollected();
        Cell created = new Cell(key);
        CellReference mine = new CellReference(created, collected);
        CellReference theirs = cells.putIfAbsent(key, mine);
        while (theirs != null) {
            Cell living = theirs.get();
            if (living != null) {
                return living;
            }
            cells.remove(key, theirs);
            theirs = cells.putIfAbsent(key, mine);
        }
        return created;
    }

    /** Clears away what nobody can have a cell of any more; only a new cell makes that worth doing. */
    private void forgetCollected() {
        for (Reference<? extends Cell> gone = collected.poll(); gone != null; gone = collected.poll()) {
            if (gone instanceof CellReference reference) {
                cells.remove(reference.key, reference);
            }
        }
    }

    /** Where a cell is found as long as somebody holds it. */
    private static final class CellReference extends WeakReference<Cell> {
        private final TokenKey key;

        CellReference(Cell cell, ReferenceQueue<Cell> collected) {
            super(cell, collected);
            this.key = cell.key();
        }
    }

    /** What is known of one account; one volatile read and two comparisons on the way to a fresh token. */
    public static final class Cell {
        private static final AtomicReferenceFieldUpdater<Cell, Snapshot> SNAPSHOT =
                AtomicReferenceFieldUpdater.newUpdater(Cell.class, Snapshot.class, "snapshot");

        private final TokenKey key;
        private final RecentCells.Hold hold = new RecentCells.Hold();
        private volatile Snapshot snapshot = Snapshot.NOTHING;

        public Cell(TokenKey key) {
            this.key = key;
        }

        public TokenKey key() {
            return key;
        }

        RecentCells.Hold hold() {
            return hold;
        }

        /** Returns the token if it needs nothing, null otherwise. */
        @Nullable
        public AccessToken fresh(long now) {
            Snapshot known = snapshot;
            return now < known.refreshAt && now >= known.validFrom ? known.token : null;
        }

        /** Returns the token if it has not ended, null otherwise. */
        @Nullable
        public AccessToken valid(long now) {
            Snapshot known = snapshot;
            return now < known.expiresAt && now >= known.validFrom ? known.token : null;
        }

        /** Returns what the last known token stands for; a user as long as none is known. */
        public TokenOf tokenOf() {
            return snapshot.tokenOf;
        }

        /** Takes over what a store or a provider said, unless something newer is known already. */
        public void publish(Snapshot next) {
            SNAPSHOT.accumulateAndGet(this, next, (known, offered) -> known.isNewerThan(offered) ? known : offered);
        }

        /** Puts off the next look behind the caller; the token stays what it is. */
        public void lookAgainAt(Instant moment) {
            SNAPSHOT.updateAndGet(this, known -> known.refreshingAt(moment.toEpochMilli()));
        }

        /** Forgets a token that counts as newer than this record of its grant, and is not. */
        public void goBackTo(TokenRecord record) {
            SNAPSHOT.updateAndGet(this, known -> known.isLaterThan(record) ? Snapshot.NOTHING : known);
        }

        /** Tells whether a token is known that is newer than a record, and valid. */
        public boolean knowsLaterThan(TokenRecord record, long now) {
            Snapshot known = snapshot;
            boolean laterGrant = known.consentedAt.isAfter(record.grant().consentedAt());
            return valid(now) != null && (laterGrant || known.isLaterThan(record));
        }

        /** Forgets the token of a grant. */
        public void forget(String grantId) {
            SNAPSHOT.updateAndGet(this, known -> known.grantId.equals(grantId) ? Snapshot.NOTHING : known);
        }

        /** Forgets whatever there is. */
        public void forget() {
            snapshot = Snapshot.NOTHING;
        }
    }

    /** One published token with the times that the hot path compares, in epoch milliseconds. */
    public record Snapshot(
            @Nullable AccessToken token,
            TokenOf tokenOf,
            String grantId,
            Instant consentedAt,
            long validFrom,
            long refreshAt,
            long expiresAt) {

        static final Snapshot NOTHING =
                new Snapshot(null, TokenOf.USER, "", Instant.MIN, Long.MIN_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);

        /**
         * @param skew a token from further in the future than this is not trusted
         * @param lookAgain when the next look behind the caller is due
         */
        public static Snapshot of(TokenRecord record, AccessToken token, Duration skew, Instant lookAgain) {
            long expiresAt = record.lifetime().schedule().expiresAt().toEpochMilli();
            return new Snapshot(
                    token,
                    RecordMapper.tokenOf(record),
                    record.grant().id(),
                    record.grant().consentedAt(),
                    record.lifetime().issuedAt().minus(skew).toEpochMilli(),
                    Math.min(lookAgain.toEpochMilli(), expiresAt),
                    expiresAt);
        }

        boolean isNewerThan(Snapshot other) {
            if (token == null || other.token == null) {
                return false;
            }
            return grantId.equals(other.grantId)
                    ? token.generation() > other.token.generation()
                    : consentedAt.isAfter(other.consentedAt);
        }

        boolean isLaterThan(TokenRecord record) {
            return token != null && grantId.equals(record.grant().id()) && token.generation() > record.generation();
        }

        Snapshot refreshingAt(long moment) {
            return token == null
                    ? this
                    : new Snapshot(
                            token, tokenOf, grantId, consentedAt, validFrom, Math.min(moment, expiresAt), expiresAt);
        }
    }
}
