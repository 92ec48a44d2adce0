package dev.evertoken.store.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.tiered.SyncDecision.Step;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tiers of a chain that hold copies of the authority's records. Thread-safe. */
final class Fallbacks {

    private static final Logger log = LoggerFactory.getLogger(Fallbacks.class);
    private static final int MAX_KNOWN = 10_000;
    private static final long NOTHING = TokenStore.ABSENT;

    private final List<CopyQueue> queues;
    private final Copies copies;
    private final Tombstones tombstones;
    private final Reconciler reconciler;

    /** Accounts with records that the authority did not accept. */
    private final Set<TokenKey> unsavedKeys = ConcurrentHashMap.newKeySet();

    /** The last revision of each account that was queued. */
    private final Cache<TokenKey, Long> lastQueued =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).executor(Runnable::run).build();

    Fallbacks(List<Tier> tiers, Copies copies, Tombstones tombstones, Reconciler reconciler, Timekeeper time) {
        this.copies = copies;
        this.tombstones = tombstones;
        this.reconciler = reconciler;
        this.queues = tiers.stream()
                .map(tier -> new CopyQueue(tier, copies, time, this::synced, reconciler::compareAllSoon))
                .toList();
        queues.forEach(queue -> queue.tier().onRecovery(() -> {
            queue.retryAll();
            reconciler.tierRecovered();
        }));
    }

    List<CopyQueue> queues() {
        return queues;
    }

    /**
     * Queues a record of the authority for every tier. Records with a claim are left out: only the authority holds
     * claims.
     */
    void enqueue(TokenRecord record) {
        if (record.claim().isPresent()) {
            return;
        }
        Long last = lastQueued.asMap().put(record.key(), record.revision());
        if (last == null || last != record.revision()) {
            queues.forEach(queue -> queue.enqueue(record.key(), Optional.of(record)));
        }
    }

    /** Queues the deletion of all copies of a removed account, whose tombstone is already written. */
    void enqueueRemoval(TokenKey key) {
        lastQueued.put(key, NOTHING);
        queues.forEach(queue -> queue.enqueue(key, Optional.empty()));
    }

    /** Compares an account without a record in the authority, since another process may have removed it. */
    void absent(TokenKey key) {
        Long last = lastQueued.asMap().put(key, NOTHING);
        if (last == null || last != NOTHING) {
            reconciler.hint(key);
        }
    }

    /** Returns the newest valid copy. */
    Optional<TokenRecord> newest(TokenKey key) {
        return copies.newest(key);
    }

    /** Returns the keys of all copies in the responding tiers, valid or not. */
    Stream<TokenKey> keys() {
        Set<TokenKey> keys = new LinkedHashSet<>();
        for (CopyQueue queue : queues) {
            try (Stream<TokenKey> tierKeys = PagedKeys.of(queue.tier())) {
                tierKeys.forEach(keys::add);
            } catch (RuntimeException e) {
                log.debug(
                        "the copies of store {} cannot be listed", queue.tier().name(), e);
            }
        }
        return keys.stream();
    }

    /** Writes a record that the authority did not accept to the tiers; returns whether one of them has it. */
    boolean keepAside(TokenRecord unsaved) {
        unsavedKeys.add(unsaved.key());
        boolean kept = false;
        for (CopyQueue queue : queues) {
            kept |= queue.writeNow(unsaved);
        }
        if (reconciler.isAuthorityUp()) {
            compareUnsaved(); // only this account failed, so no recovery follows
        }
        return kept;
    }

    /** Compares the accounts with unsaved records first, and then all, after the authority has recovered. */
    void authorityRecovered() {
        reconciler.retryHints();
        compareUnsaved();
        reconciler.compareAllSoon();
    }

    private void compareUnsaved() {
        for (TokenKey key : Set.copyOf(unsavedKeys)) {
            unsavedKeys.remove(key);
            reconciler.hint(key);
        }
    }

    private void synced(TokenKey key, Step step) {
        boolean unfinished = step == Step.HIDE || step == Step.PROMOTE;
        if (unfinished || (step != Step.WRITE && tombstones.of(key).isPresent())) {
            reconciler.hint(key);
        }
    }

    void close() {
        queues.forEach(CopyQueue::close);
        queues.forEach(queue -> queue.tier().close());
    }
}
