package dev.evertoken.store.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.tiered.Tombstone.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One store that decides, and others that have copies of its records for the time when it does not answer.
 *
 * <pre>{@code
 * TokenStore store = TieredTokenStore.of("redis", redis)
 *         .fallback("disk", FileTokenStore.open(folder, "crm"))
 *         .tombstones(folder.resolve("gone"))
 *         .open();
 * }</pre>
 *
 * <p><b>The authority</b> alone answers {@link #load}, {@link #compareAndSet}, {@link #remove} and {@link #keys}: true
 * means that it has it, absent means that the account is not connected, whatever a copy says. Its {@link #guarantee} is
 * the one of the whole; several processes need an authority that they share.
 *
 * <p><b>A fallback</b> gets each write behind the caller's back, newest first and never an older one over a newer one,
 * by consent and then by generation; claims are not copied. What it missed it gets when it answers again, or after the
 * next start. It may be slow, down or behind without anybody waiting for it, and it may be shared or not. Records come
 * sealed into every tier alike.
 *
 * <p><b>While the authority does not answer</b>, {@link #newestKnown} has the newest copy, of the accounts in {@link #knownKeys}. The engine serves it, marked
 * in the account's status, and refreshes only what may be refreshed without a claim. {@link #keepAside} puts an answer
 * that the authority did not take into the fallbacks; a newer generation that is found there goes to the authority by
 * compare-and-set when it is back, and before a token of that account is spent. An account that the authority does not
 * have is never put back.
 *
 * <p><b>A removal</b> is written down before it is made, as a tombstone, so that a tier that misses it does not bring
 * the account back. Without {@linkplain TieredTokenStoreBuilder#tombstones a folder} tombstones end with the process. Copies of an account
 * that the authority does not have although nobody here removed it count no more and are deleted after seven days: so
 * long there is to notice that the authority has lost its records.
 *
 * <p>Every call has a {@linkplain TieredTokenStoreBuilder#deadline deadline}, and every tier threads of its own: one that hangs is cut off and
 * left alone for a while. {@link #close} ends the background work, writes what waits, and closes the fallbacks, then the
 * authority. Thread-safe.
 */
public sealed class TieredTokenStore implements TokenStore, RecordCopies permits TieredTokenStore.Indexed {

    private static final int AUTHORITY_THREADS = 32;
    private static final int FALLBACK_THREADS = 4;
    private static final int MOST_KNOWN = 10_000;

    private final Tier authority;
    private final Fallbacks fallbacks;
    private final Tombstones tombstones;
    private final PendingRemovals removals = new PendingRemovals();
    private final Reconciler reconciler;
    private final Timekeeper time;
    private final boolean ownTime;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What was last seen of each account, so that its removal can be written down first. */
    private final Cache<TokenKey, Sighting> seen = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();

    private record Sighting(long revision, Grant grant) {}

    private TieredTokenStore(TieredTokenStoreBuilder chosen) {
        this.ownTime = chosen.time == null;
        this.time = chosen.time != null ? chosen.time : Timekeeper.system();
        this.authority =
                new Tier(chosen.authority.name(), chosen.authority.store(), AUTHORITY_THREADS, chosen.deadline, time);
        List<Tier> tiers = chosen.fallbacks.stream()
                .map(one -> new Tier(one.name(), one.store(), FALLBACK_THREADS, chosen.deadline, time))
                .toList();
        this.tombstones = chosen.tombstones;
        Copies copies = new Copies(tiers, tombstones, time);
        CopyComparison comparison = new CopyComparison(authority, tiers.size(), copies, tombstones, removals, time);
        this.reconciler = new Reconciler(authority, tiers, comparison, time);
        this.fallbacks = new Fallbacks(tiers, copies, tombstones, reconciler, time);
        authority.whenBack(fallbacks::authorityIsBack);
        if (chosen.comparing) {
            reconciler.compareAllSoon();
        }
    }

    /** Opens what a builder has collected and checked. */
    static TieredTokenStore open(TieredTokenStoreBuilder chosen) {
        return chosen.authority.store() instanceof DueIndex index
                ? new Indexed(chosen, index)
                : new TieredTokenStore(chosen);
    }

    /** Starts a chain with the store that decides, named after its type. */
    public static TieredTokenStoreBuilder of(TokenStore authority) {
        return of(authority.getClass().getSimpleName(), authority);
    }

    /** Starts a chain with the store that decides; the name is for logs and {@link TierHealth}. */
    public static TieredTokenStoreBuilder of(String name, TokenStore authority) {
        return new TieredTokenStoreBuilder(new TieredTokenStoreBuilder.Named(name, authority));
    }

    // ---- the authority decides

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        Optional<TokenRecord> record = authority.ask("load", store -> store.load(key));
        record.ifPresentOrElse(this::wasSeen, () -> isAbsent(key));
        return record;
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        return authority.ask("save", store -> {
            boolean written = store.compareAndSet(key, expectedRevision, next);
            if (written) {
                wasSeen(next); // here, so that it is copied although the caller may have been cut off
            }
            return written;
        });
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        Optional<Grant> grant = grant(key, expectedRevision);
        if (grant.isEmpty()) {
            return false;
        }
        Tombstone gone = new Tombstone(key, grant.get(), Kind.REMOVED, time.now());
        PendingRemovals.Removal removal = removals.begin(key);
        try {
            tombstones.put(gone);
            boolean removed = authority.ask("remove", store -> removed(store, removal, gone, expectedRevision));
            if (!removed) {
                reconciler.hint(key); // somebody was first: what stands there now tells what the tombstone is worth
            }
            return removed;
        } catch (RuntimeException e) {
            removal.isNotWaitedFor();
            reconciler.hint(key); // it may be gone: the authority is asked again
            throw e;
        }
    }

    /** On a thread of the authority's, so that it is done to its end although the caller may have been cut off. */
    private boolean removed(TokenStore store, PendingRemovals.Removal removal, Tombstone gone, long expectedRevision) {
        removal.runs();
        try {
            boolean removed = store.remove(gone.key(), expectedRevision);
            if (removed) {
                tombstones.put(gone);
                seen.invalidate(gone.key());
                fallbacks.removed(gone.key());
            }
            return removed;
        } finally {
            removal.end();
        }
    }

    /** Returns the grant that a removal is about; empty if that is not what is stored. */
    private Optional<Grant> grant(TokenKey key, long expectedRevision) {
        if (expectedRevision == ABSENT) {
            return Optional.empty();
        }
        if (expectedRevision == UNREADABLE) {
            return Optional.of(new Grant("unreadable", time.now())); // whatever was consented until now
        }
        Sighting known = seen.getIfPresent(key);
        if (known != null && known.revision() == expectedRevision) {
            return Optional.of(known.grant());
        }
        return load(key).filter(record -> record.revision() == expectedRevision).map(TokenRecord::grant);
    }

    @Override
    public Stream<TokenKey> keys() {
        return PagedKeys.of(authority);
    }

    @Override
    public Guarantee guarantee() {
        return authority.store().guarantee();
    }

    @Override
    public Optional<Instant> now() {
        return authority.ask("clock", TokenStore::now);
    }

    @Override
    public boolean costlyWrites() {
        return authority.store().costlyWrites();
    }

    // ---- the fallbacks follow

    @Override
    public Optional<TokenRecord> newestKnown(TokenKey key) {
        return fallbacks.newest(key);
    }

    @Override
    public Stream<TokenKey> knownKeys() {
        return fallbacks.keys();
    }

    @Override
    public boolean keepAside(TokenRecord unsaved) {
        return fallbacks.keepAside(unsaved);
    }

    private void wasSeen(TokenRecord record) {
        seen.put(record.key(), new Sighting(record.revision(), record.grant()));
        fallbacks.follow(record);
    }

    private void isAbsent(TokenKey key) {
        seen.invalidate(key);
        fallbacks.absent(key);
    }

    // ---- how it does

    /** Tells whether the authority's last call was answered. */
    public boolean isAuthorityUp() {
        return authority.isUp();
    }

    /** Returns how each tier does, the authority first; asks none of them. */
    public List<TierHealth> tiers() {
        return Stream.concat(
                        Stream.of(authority.health(0)),
                        fallbacks.lanes().stream().map(lane -> lane.tier().health(lane.behind())))
                .toList();
    }

    /**
     * Compares all accounts with their copies now, on the calling thread, and brings them in step: what is done anyway
     * in the background at opening and after an outage. Reads every record of every tier.
     */
    public ReconcileResult reconcile() {
        return reconciler.compareAll();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        reconciler.close();
        fallbacks.close();
        authority.close();
        if (ownTime) {
            time.close();
        }
    }

    @Override
    public String toString() {
        return "TieredTokenStore[authority " + authority.name()
                + fallbacks.lanes().stream()
                        .map(lane -> ", fallback " + lane.tier().name())
                        .collect(Collectors.joining())
                + "]";
    }

    /** The same over an authority that finds due accounts. */
    static final class Indexed extends TieredTokenStore implements DueIndex {
        private final DueIndex index;

        private Indexed(TieredTokenStoreBuilder chosen, DueIndex index) {
            super(chosen);
            this.index = index;
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            return super.authority.ask("find due accounts", any -> index.due(registration, before, after, limit));
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return super.authority.ask("find due accounts", any -> index.oldestDue(registration));
        }
    }
}
