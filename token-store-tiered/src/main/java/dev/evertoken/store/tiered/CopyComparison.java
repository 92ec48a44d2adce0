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
 * Compares the authority's record of one account with its copies, as they are now, and does what follows:
 *
 * <ol>
 *   <li>read the authority; a tombstone of a grant that it has is of no use
 *   <li>bring each copy in step
 *   <li>a copy that is a newer generation of the same grant goes to the authority, by compare-and-set; then again
 *   <li>a copy of an account that the authority does not have is hidden behind a tombstone, never put back
 *   <li>a tombstone that no copy is left for goes
 * </ol>
 *
 * Thread-safe.
 */
final class CopyComparison {

    private static final Logger log = LoggerFactory.getLogger(CopyComparison.class);
    private static final int MOST_ROUNDS = 5;

    private final Tier authority;
    private final int tiers;
    private final Copies copies;
    private final Tombstones tombstones;
    private final PendingRemovals removals;
    private final Timekeeper time;

    /** @param tiers how many fallbacks there are */
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
     * @param fallbacks those that are worth asking
     * @return the tiers that did not answer
     * @throws TokenStoreException if the authority did not answer
     */
    Set<Tier> compare(TokenKey key, List<Tier> fallbacks, ReconcileCounts tally) {
        for (int round = 1; ; round++) {
            Optional<Tombstone> before = removals.isUnderway(key) ? Optional.empty() : tombstones.of(key);
            Optional<TokenRecord> theirs = load(key); // later than the tombstone, or it would not judge it
            before.filter(one -> theirs.filter(has -> isOf(one, has)).isPresent())
                    .ifPresent(tombstones::drop);
            Set<Tier> failed = new HashSet<>();
            Set<Step> left = new HashSet<>();
            for (Tier tier : fallbacks) {
                bring(tier, key, theirs, failed, left, tally);
            }
            if (left.contains(Step.PROMOTE) && round < MOST_ROUNDS) {
                promote(key, theirs.orElseThrow(), tally);
                continue;
            }
            if (left.contains(Step.HIDE)) {
                hide(key, tally);
            } else if (failed.isEmpty() && fallbacks.size() == tiers) {
                before.filter(one -> isOver(one, theirs)).ifPresent(tombstones::drop);
            }
            return failed;
        }
    }

    private Optional<TokenRecord> load(TokenKey key) {
        return authority.ask("load", store -> store.load(key));
    }

    private static boolean isOf(Tombstone one, TokenRecord record) {
        return one.grant().id().equals(record.grant().id());
    }

    private void bring(
            Tier tier,
            TokenKey key,
            Optional<TokenRecord> theirs,
            Set<Tier> failed,
            Set<Step> left,
            ReconcileCounts tally) {
        try {
            Step step = copies.bring(tier, key, theirs);
            if (step == Step.HIDE || step == Step.PROMOTE) {
                left.add(step);
            } else {
                tally.count(step);
            }
        } catch (TokenStoreException e) {
            log.debug("{}: store {} could not be compared", key, tier.name(), e);
            failed.add(tier);
        }
    }

    /** A copy has what the authority does not: an answer that could not be saved there, or one that it has lost. */
    private void promote(TokenKey key, TokenRecord theirs, ReconcileCounts tally) {
        Optional<TokenRecord> newer = copies.newest(key).filter(copy -> SyncDecision.isPromotable(theirs, copy));
        if (newer.isPresent()
                && authority.ask("save", store -> store.compareAndSet(key, theirs.revision(), newer.get()))) {
            log.warn(
                    "{}: a copy had generation {}, {} had {}; it has the newer one now",
                    key,
                    newer.get().generation(),
                    authority.name(),
                    theirs.generation());
            tally.count(Step.PROMOTE);
        }
    }

    /**
     * Hides what copies have of an account that the authority is without. It is looked at again behind the copy, since
     * somebody may have connected the account meanwhile: without that answer nothing is hidden, as an outage may follow
     * for which the copy is. And again behind the tombstone, since somebody may bring the very grant back.
     */
    private void hide(TokenKey key, ReconcileCounts tally) {
        Optional<TokenRecord> copy = copies.newest(key);
        if (copy.isEmpty() || load(key).isPresent()) {
            return;
        }
        Tombstone hidden = new Tombstone(key, copy.get().grant(), Kind.MISSED, time.now());
        tombstones.put(hidden);
        if (load(key).filter(has -> isOf(hidden, has)).isPresent()) {
            tombstones.drop(hidden);
            return;
        }
        tally.count(Step.HIDE);
        log.warn(
                "{}: {} has no record of it, so its copies count no more; they are kept for {} days",
                key,
                authority.name(),
                SyncDecision.MISSED_KEPT.toDays());
    }

    /** Every tier has answered: nothing is left that this one is for. */
    private boolean isOver(Tombstone one, Optional<TokenRecord> theirs) {
        boolean removed = one.kind() == Kind.REMOVED
                || time.now().isAfter(one.at().plus(SyncDecision.MISSED_KEPT))
                || theirs.isPresent();
        return removed && theirs.filter(has -> isOf(one, has)).isEmpty();
    }
}
