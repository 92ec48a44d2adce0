package dev.evertoken.store.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
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

/** The tiers of a chain that follow its authority, and what they have been told. Thread-safe. */
final class Fallbacks {

    private static final Logger log = LoggerFactory.getLogger(Fallbacks.class);
    private static final int MOST_KNOWN = 10_000;
    private static final long NOTHING = TokenStore.ABSENT;

    private final List<CopyQueue> lanes;
    private final Copies copies;
    private final Tombstones tombstones;
    private final Reconciler reconciler;

    /** Accounts with answers that the authority did not take. */
    private final Set<TokenKey> aside = ConcurrentHashMap.newKeySet();

    /** The last write of each account that the lanes were told of. */
    private final Cache<TokenKey, Long> told = Caffeine.newBuilder()
            .maximumSize(MOST_KNOWN)
            .executor(Runnable::run)
            .build();

    Fallbacks(List<Tier> tiers, Copies copies, Tombstones tombstones, Reconciler reconciler, Timekeeper time) {
        this.copies = copies;
        this.tombstones = tombstones;
        this.reconciler = reconciler;
        this.lanes = tiers.stream()
                .map(tier -> new CopyQueue(tier, copies, time, this::wasBrought, reconciler::compareAllSoon))
                .toList();
        lanes.forEach(lane -> lane.tier().whenBack(() -> {
            lane.wake();
            reconciler.tierIsBack();
        }));
    }

    List<CopyQueue> lanes() {
        return lanes;
    }

    /** Has every tier follow what the authority has. A claim is nobody's business but the authority's. */
    void follow(TokenRecord record) {
        if (record.claim().isPresent()) {
            return;
        }
        Long last = told.asMap().put(record.key(), record.revision());
        if (last == null || last != record.revision()) {
            lanes.forEach(lane -> lane.follow(record.key(), Optional.of(record)));
        }
    }

    /** Has every tier delete what was removed; its tombstone is there already. */
    void removed(TokenKey key) {
        told.put(key, NOTHING);
        lanes.forEach(lane -> lane.follow(key, Optional.empty()));
    }

    /** The authority has no record: somebody else may have removed it, and these tiers do not know. */
    void absent(TokenKey key) {
        Long last = told.asMap().put(key, NOTHING);
        if (last == null || last != NOTHING) {
            reconciler.hint(key);
        }
    }

    /** Returns the newest copy that counts. */
    Optional<TokenRecord> newest(TokenKey key) {
        return copies.newest(key);
    }

    /** Returns the keys of which a tier that answers has something, whether it counts or not. */
    Stream<TokenKey> keys() {
        Set<TokenKey> keys = new LinkedHashSet<>();
        for (CopyQueue lane : lanes) {
            try (Stream<TokenKey> some = PagedKeys.of(lane.tier())) {
                some.forEach(keys::add);
            } catch (TokenStoreException e) {
                log.debug(
                        "store {} cannot tell which copies it has", lane.tier().name(), e);
            }
        }
        return keys.stream();
    }

    /** Puts an answer that the authority did not take into the tiers; returns whether one has it. */
    boolean keepAside(TokenRecord unsaved) {
        aside.add(unsaved.key());
        boolean kept = false;
        for (CopyQueue lane : lanes) {
            kept |= lane.followNow(unsaved);
        }
        return kept;
    }

    /** The authority answers again: what was kept for it goes there. */
    void authorityIsBack() {
        for (TokenKey key : Set.copyOf(aside)) {
            aside.remove(key);
            reconciler.hint(key);
        }
        reconciler.compareAllSoon();
    }

    private void wasBrought(TokenKey key, Step step) {
        boolean more = step == Step.HIDE || step == Step.PROMOTE;
        if (more || (step != Step.WRITE && tombstones.of(key).isPresent())) {
            reconciler.hint(key);
        }
    }

    void close() {
        lanes.forEach(CopyQueue::close);
        lanes.forEach(lane -> lane.tier().close());
    }
}
