package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.tiered.SyncDecision.Step;
import dev.evertoken.store.tiered.Tombstone.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the authority's record of one account with its copies and synchronizes them:
 *
 * <ol>
 *   <li>read the authority; drop a tombstone of a grant that the authority has
 *   <li>synchronize each copy
 *   <li>write a copy with a newer generation of the same grant to the authority by compare-and-set, then start again
 *   <li>hide a copy of an account that the authority does not have behind a tombstone; never restore it
 *   <li>drop a tombstone if no copy is left that it covers
 * </ol>
 *
 * Thread-safe.
 */
final class CopyComparison {

    private static final Logger log = LoggerFactory.getLogger(CopyComparison.class);
    private static final int MAX_ATTEMPTS = 5;

    private final Tier authority;
    private final int tiers;
    private final Copies copies;
    private final Tombstones tombstones;
    private final PendingRemovals removals;
    private final Timekeeper time;

    /** @param tiers the number of fallbacks */
    CopyComparison(
            Tier authority,
            int tiers,
            Copies copies,
            Tombstones tombstones,
            PendingRemovals removals,
            Timekeeper time) {
        this.authority = authority;
        this.tiers = tiers;
        this.copies = copies;
        this.tombstones = tombstones;
        this.removals = removals;
        this.time = time;
    }

    /**
     * Compares one account.
     *
     * @param fallbacks the tiers to call, without those that are skipped
     * @return the tiers that did not respond
     * @throws TokenStoreException if the authority did not respond
     */
    Set<Tier> compare(TokenKey key, List<Tier> fallbacks, ReconcileCounts counts) {
        for (int attempt = 1; ; attempt++) {
            Optional<Tombstone> tombstone = removals.isPending(key) ? Optional.empty() : tombstones.of(key);
            Optional<TokenRecord> authorityRecord = load(key); // loaded after the tombstone, which it may refute
            tombstone
                    .filter(one -> authorityRecord
                            .filter(record -> isOfGrant(one, record))
                            .isPresent())
                    .ifPresent(tombstones::drop);
            Set<Tier> failed = new HashSet<>();
            Set<Step> remaining = new HashSet<>();
            for (Tier tier : fallbacks) {
                sync(tier, key, authorityRecord, failed, remaining, counts);
            }
            if (remaining.contains(Step.PROMOTE) && attempt < MAX_ATTEMPTS) {
                promote(key, authorityRecord.orElseThrow(), counts);
                continue;
            }
            if (remaining.contains(Step.HIDE)) {
                hide(key, counts);
            } else if (failed.isEmpty() && fallbacks.size() == tiers) {
                tombstone.filter(one -> isObsolete(one, authorityRecord)).ifPresent(tombstones::drop);
            }
            return failed;
        }
    }

    private Optional<TokenRecord> load(TokenKey key) {
        return authority.call(key, "load", store -> store.load(key));
    }

    private static boolean isOfGrant(Tombstone one, TokenRecord record) {
        return one.grant().id().equals(record.grant().id());
    }

    private void sync(
            Tier tier,
            TokenKey key,
            Optional<TokenRecord> authorityRecord,
            Set<Tier> failed,
            Set<Step> remaining,
            ReconcileCounts counts) {
        try {
            Step step = copies.sync(tier, key, authorityRecord);
            if (step == Step.HIDE || step == Step.PROMOTE) {
                remaining.add(step);
            } else {
                counts.count(step);
            }
        } catch (TokenStoreException e) {
            log.debug("{}: store {} could not be compared", key, tier.name(), e);
            failed.add(tier);
        } catch (RuntimeException e) {
            log.error("{}: the copy for store {} cannot be written", key, tier.name(), e);
        }
    }

    /** Writes a newer generation to the authority, which could not save it or has lost it. */
    private void promote(TokenKey key, TokenRecord authorityRecord, ReconcileCounts counts) {
        Optional<TokenRecord> newer =
                copies.newest(key).filter(copy -> SyncDecision.isPromotable(authorityRecord, copy));
        if (newer.isPresent()
                && authority.call(
                        key, "save", store -> store.compareAndSet(key, authorityRecord.revision(), newer.get()))) {
            log.warn(
                    "{}: a copy had generation {} and {} had {}; the newer one was written to it",
                    key,
                    newer.get().generation(),
                    authority.name(),
                    authorityRecord.generation());
            counts.count(Step.PROMOTE);
        }
    }

    /**
     * Hides the copies of an account that the authority does not have. Two more reads of the authority precede the
     * result. The first follows the read of the copy, since the account may have been connected meanwhile; if it fails,
     * nothing is hidden, because an outage may follow in which the copy is needed. The second follows the write of the
     * tombstone, since the same grant may have been restored. The tombstone of a removal is never replaced: it deletes the
     * copies, whereas hidden ones are kept.
     */
    private void hide(TokenKey key, ReconcileCounts counts) {
        Optional<TokenRecord> copy = copies.newest(key);
        if (copy.isEmpty() || load(key).isPresent() || isBeingRemoved(key, copy.get())) {
            return;
        }
        Tombstone hidden = new Tombstone(key, copy.get().grant(), Kind.MISSED, time.now());
        tombstones.put(hidden);
        if (load(key).filter(record -> isOfGrant(hidden, record)).isPresent()) {
            tombstones.drop(hidden);
            return;
        }
        counts.count(Step.HIDE);
        log.warn(
                "{}: {} has no record of this account, so its copies are ignored; they are kept for {} days",
                key,
                authority.name(),
                SyncDecision.MISSED_RETENTION.toDays());
    }

    /**
     * Returns whether the authority has no record because of a removal, which removes the copies itself. A removal marks
     * the account before it calls the authority, so the mark is visible after a read that found no record.
     */
    private boolean isBeingRemoved(TokenKey key, TokenRecord copy) {
        return removals.isPending(key)
                || tombstones
                        .of(key)
                        .filter(one -> one.kind() == Kind.REMOVED && isOfGrant(one, copy))
                        .isPresent();
    }

    /** Returns whether a tombstone is no longer needed after every tier has responded. */
    private boolean isObsolete(Tombstone one, Optional<TokenRecord> authorityRecord) {
        boolean droppable = one.kind() == Kind.REMOVED
                || time.now().isAfter(one.at().plus(SyncDecision.MISSED_RETENTION))
                || authorityRecord.isPresent();
        return droppable
                && authorityRecord.filter(record -> isOfGrant(one, record)).isEmpty();
    }
}
