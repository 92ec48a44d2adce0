package dev.evertoken.store.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.RecordCopies;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.ReplicatedStore;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.tiered.Tombstone.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A chain of stores: one authority, and fallbacks with copies of its records for outages of the authority.
 *
 * <pre>{@code
 * TokenStore store = TieredTokenStore.of("redis", redis)
 *         .fallback("disk", FileTokenStore.open(folder, "crm"))
 *         .tombstones(folder.resolve("gone"))
 *         .open();
 * }</pre>
 *
 * <p><b>The authority</b> alone serves {@link #load}, {@link #compareAndSet}, {@link #claim}, {@link #remove} and
 * {@link #keys}: true means that the authority has accepted the change, and absent means that the account is not
 * connected, whatever the copies contain. Its {@link #guarantee} is that of the chain; several processes require an
 * authority that they share.
 *
 * <p><b>A fallback</b> receives each write in the background. An older record, by consent and then by generation, never
 * replaces a newer one. Claims are not copied. Writes that a fallback missed follow when it responds again or after the
 * next start. A fallback may be slow, unavailable or outdated without delaying a caller, and may be shared or not.
 * Every tier receives the same sealed records.
 *
 * <p><b>While the authority does not respond</b>, {@link #newestKnown} returns the newest copy of each account in
 * {@link #knownKeys}. The engine serves it, marks this in the account's status, and refreshes only grants that may be
 * refreshed without a claim. {@link #keepAside} writes a record that the authority did not accept to the fallbacks. A
 * newer generation in a fallback is written to the authority by compare-and-set when the authority recovers, and before
 * a refresh token of the account is used. An account that the authority does not have is never restored.
 *
 * <p><b>A removal</b> is recorded as a tombstone before it is made, so that a tier that misses it does not restore the
 * account. Without {@linkplain TieredTokenStoreBuilder#tombstones a folder} tombstones end with the process. If the
 * authority has no record of an account that was not removed through this chain, copies of the account are ignored, and
 * deleted after seven days. This leaves time to detect that the authority has lost its records.
 *
 * <p>Every call has a {@linkplain TieredTokenStoreBuilder#deadline deadline}, and every tier has its own threads: a
 * call that hangs is abandoned, and the tier is not called for the same account for a while. If the calls for several
 * accounts hang and none succeeds in between, the tier is not called for any account for a while. {@link #close} stops
 * the background work, processes the pending writes, and closes the fallbacks and then the authority. Thread-safe.
 */
public sealed class TieredTokenStore
        implements TokenStore, RecordCopies, ReplicatedStore, RelatedIndex, ChangeStamp, StoreInspection
        permits TieredTokenStore.Indexed {

    private static final int AUTHORITY_THREADS = 32;
    private static final int FALLBACK_THREADS = 8;
    private static final int MAX_KNOWN = 10_000;

    private final Tier authority;
    private final Fallbacks fallbacks;
    private final Tombstones tombstones;
    private final PendingRemovals removals = new PendingRemovals();
    private final Reconciler reconciler;
    private final Timekeeper time;
    private final boolean ownsTimekeeper;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The last known grant of each account, for the tombstone that precedes its removal. */
    private final Cache<TokenKey, KnownGrant> knownGrants =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).executor(Runnable::run).build();

    private record KnownGrant(long revision, Grant grant) {}

    private TieredTokenStore(TieredTokenStoreBuilder builder) {
        this.ownsTimekeeper = builder.time == null;
        this.time = builder.time != null ? builder.time : Timekeeper.system();
        this.authority = new Tier(
                builder.authority.name(), builder.authority.store(), AUTHORITY_THREADS, builder.deadline, time);
        List<Tier> tiers = builder.fallbacks.stream()
                .map(fallback -> new Tier(fallback.name(), fallback.store(), FALLBACK_THREADS, builder.deadline, time))
                .toList();
        this.tombstones = builder.tombstones;
        Copies copies = new Copies(tiers, tombstones, time);
        CopyComparison comparison = new CopyComparison(authority, tiers.size(), copies, tombstones, removals, time);
        this.reconciler = new Reconciler(authority, tiers, comparison, time);
        this.fallbacks = new Fallbacks(tiers, copies, tombstones, reconciler, time);
        authority.onRecovery(fallbacks::authorityRecovered);
        if (builder.comparesAtOpening) {
            reconciler.compareAllSoon();
        }
    }

    /** Opens the chain of a builder that has checked its settings. */
    static TieredTokenStore open(TieredTokenStoreBuilder builder) {
        return builder.authority.store() instanceof DueIndex index
                ? new Indexed(builder, index)
                : new TieredTokenStore(builder);
    }

    /** Returns a builder for a chain with this authority, named after its type. */
    public static TieredTokenStoreBuilder of(TokenStore authority) {
        return of(authority.getClass().getSimpleName(), authority);
    }

    /** Returns a builder for a chain with this authority; the name is for logs and {@link TierHealth}. */
    public static TieredTokenStoreBuilder of(String name, TokenStore authority) {
        return new TieredTokenStoreBuilder(new TieredTokenStoreBuilder.Named(name, authority));
    }

    // The authority

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        Optional<TokenRecord> record = authority.call(key, "load", store -> store.load(key));
        record.ifPresentOrElse(this::loaded, () -> absent(key));
        return record;
    }

    @Override
    public TimedRecord loadTimed(TokenKey key) {
        TimedRecord timed = authority.call(key, "load", store -> store.loadTimed(key));
        timed.record().ifPresentOrElse(this::loaded, () -> absent(key));
        return timed;
    }

    @Override
    public List<LoadResult> loadAll(List<TokenKey> keys) {
        List<LoadResult> results = authority.call("load a batch", store -> store.loadAll(keys));
        for (LoadResult result : results) {
            if (result.record().isPresent()) {
                loaded(result.record().get());
            } else if (result.unreadable().isEmpty()) {
                absent(result.key());
            }
        }
        return results;
    }

    /** Returns the value of the authority, whose batches are read within one deadline. */
    @Override
    public int batchSize() {
        return authority.store().batchSize();
    }

    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        return authority.call(key, "save", store -> {
            boolean written = store.compareAndSet(key, expectedRevision, next);
            if (written) {
                loaded(next); // here, so that it is copied even after a timeout of the caller
            }
            return written;
        });
    }

    /** Writes a claim to the authority; claims are not copied. */
    @Override
    public ClaimResult claim(TokenKey key, long expectedRevision, TokenRecord claimed, long history) {
        claimed.requireKey(key);
        return authority.call(key, "save", store -> {
            ClaimResult result = ReplicatedStore.claim(store, key, expectedRevision, claimed, history);
            if (result == ClaimResult.SAVED || result == ClaimResult.UNCONFIRMED) {
                loaded(claimed);
            }
            return result;
        });
    }

    /** Returns the history of the authority. */
    @Override
    public OptionalLong history() {
        return authority.call("read the history", ReplicatedStore::history);
    }

    /** Returns the change stamp of the authority; empty if it has none. */
    @Override
    public Optional<String> changeStamp() {
        return authority.call(
                "read the change stamp", store -> ChangeStamp.of(store).changeStamp());
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return authority.call(
                "move the change stamp", store -> ChangeStamp.of(store).moveChangeStamp());
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        Optional<Grant> grant = grant(key, expectedRevision);
        if (grant.isEmpty()) {
            return false;
        }
        Tombstone tombstone = new Tombstone(key, grant.get(), Kind.REMOVED, time.now());
        PendingRemovals.Removal removal = removals.begin(key);
        try {
            tombstones.put(tombstone);
            boolean removed =
                    authority.call(key, "remove", store -> removed(store, removal, tombstone, expectedRevision));
            if (!removed) {
                reconciler.hint(key); // changed meanwhile: the current record decides on the tombstone
            }
            return removed;
        } catch (RuntimeException e) {
            removal.abandon();
            reconciler.hint(key); // the removal may have been made: the authority is read again
            throw e;
        }
    }

    /** Removes a record on a thread of the authority, so that it completes even after a timeout of the caller. */
    private boolean removed(
            TokenStore store, PendingRemovals.Removal removal, Tombstone tombstone, long expectedRevision) {
        removal.started();
        try {
            boolean removed = store.remove(tombstone.key(), expectedRevision);
            if (removed) {
                tombstones.put(tombstone);
                knownGrants.invalidate(tombstone.key());
                fallbacks.enqueueRemoval(tombstone.key());
            }
            return removed;
        } finally {
            removal.end();
        }
    }

    /** Returns the grant that a removal is about; empty if the stored revision is another one. */
    private Optional<Grant> grant(TokenKey key, long expectedRevision) {
        if (expectedRevision == ABSENT) {
            return Optional.empty();
        }
        if (expectedRevision == UNREADABLE) {
            return Optional.of(new Grant("unreadable", time.now())); // covers every grant until now
        }
        KnownGrant known = knownGrants.getIfPresent(key);
        if (known != null && known.revision() == expectedRevision) {
            return Optional.of(known.grant());
        }
        return load(key).filter(record -> record.revision() == expectedRevision).map(TokenRecord::grant);
    }

    /** Returns the related accounts of the authority. */
    @Override
    public Optional<List<TokenKey>> related(String registration, TokenRecord record) {
        return authority.call(
                "find related accounts", store -> RelatedIndex.of(store).related(registration, record));
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
        return authority.call("clock", TokenStore::now);
    }

    @Override
    public Optional<String> absence(TokenKey key) {
        return authority.call("absence", store -> store.absence(key));
    }

    @Override
    public boolean keepsClearText(TokenKey key) {
        return authority.store().keepsClearText(key);
    }

    @Override
    public boolean costlyWrites() {
        return authority.store().costlyWrites();
    }

    @Override
    public int concurrentWrites() {
        return authority.store().concurrentWrites();
    }

    // The fallbacks

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

    private void loaded(TokenRecord record) {
        knownGrants.put(record.key(), new KnownGrant(record.revision(), record.grant()));
        fallbacks.enqueue(record);
    }

    private void absent(TokenKey key) {
        knownGrants.invalidate(key);
        fallbacks.absent(key);
    }

    // State and maintenance

    /** Returns whether the last call to the authority was answered. */
    public boolean isAuthorityUp() {
        return authority.isUp();
    }

    /**
     * Returns the state and the facts of each tier, the authority first. A tier that does not respond within the
     * deadline is a fact.
     */
    @Override
    public List<StoreFact> inspect() {
        return TierFacts.of(
                Stream.concat(Stream.of(authority), fallbacks.queues().stream().map(CopyQueue::tier))
                        .toList(),
                this::tiers);
    }

    /** Returns the state of each tier, the authority first, without calling any of them. */
    public List<TierHealth> tiers() {
        return Stream.concat(
                        Stream.of(authority.health(0)),
                        fallbacks.queues().stream().map(queue -> queue.tier().health(queue.behind())))
                .toList();
    }

    /**
     * Compares all accounts with their copies and synchronizes them on the calling thread. The same happens in the
     * background at opening and after an outage. Reads every record of every tier.
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
        if (ownsTimekeeper) {
            time.close();
        }
    }

    @Override
    public String toString() {
        return "TieredTokenStore[authority " + authority.name()
                + fallbacks.queues().stream()
                        .map(queue -> ", fallback " + queue.tier().name())
                        .collect(Collectors.joining())
                + "]";
    }

    /** A chain whose authority finds due accounts. */
    static final class Indexed extends TieredTokenStore implements DueIndex {
        private final DueIndex index;

        private Indexed(TieredTokenStoreBuilder builder, DueIndex index) {
            super(builder);
            this.index = index;
        }

        @Override
        public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
            return super.authority.call("find due accounts", store -> index.due(registration, before, after, limit));
        }

        @Override
        public Optional<Instant> oldestDue(String registration) {
            return super.authority.call("find due accounts", store -> index.oldestDue(registration));
        }

        @Override
        public boolean isListed(TokenKey key, Instant dueAt) {
            return super.authority.call("find due accounts", store -> index.isListed(key, dueAt));
        }

        @Override
        public void repair(TokenKey key) {
            TokenKey unused = super.authority.call("repair the due accounts", store -> {
                index.repair(key);
                return key;
            });
        }
    }
}
