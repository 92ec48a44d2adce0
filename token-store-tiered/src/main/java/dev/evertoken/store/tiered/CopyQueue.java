package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.tiered.SyncDecision.Step;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the copies of one fallback in the background, one account at a time on a separate thread: only the newest
 * record of each account, repeated until the tier accepts it.
 *
 * <p>Writes that are still pending when the process ends are detected by a later comparison, see {@link Reconciler}.
 * Thread-safe.
 */
final class CopyQueue {

    private static final Logger log = LoggerFactory.getLogger(CopyQueue.class);
    private static final int MAX_PENDING = 10_000;
    private static final int MAX_FAILURES = 3;
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    private final Tier tier;
    private final Copies copies;
    private final Timekeeper time;
    private final BiConsumer<TokenKey, Step> onSynced;
    private final Runnable onOverflow;
    private final ExecutorService thread;
    private final ConcurrentMap<TokenKey, Optional<TokenRecord>> pending = new ConcurrentHashMap<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger failedRuns = new AtomicInteger();

    /**
     * Starts the queue.
     *
     * @param onSynced called with each completed step; must return quickly
     * @param onOverflow called if an account is not queued because the queue is full
     */
    CopyQueue(Tier tier, Copies copies, Timekeeper time, BiConsumer<TokenKey, Step> onSynced, Runnable onOverflow) {
        this.tier = tier;
        this.copies = copies;
        this.time = time;
        this.onSynced = onSynced;
        this.onOverflow = onOverflow;
        this.thread = TierThreads.start("copies-" + tier.name(), 1);
    }

    Tier tier() {
        return tier;
    }

    /** Returns the number of accounts with pending writes. */
    int behind() {
        return pending.size();
    }

    /** Queues the synchronization of a copy with the authority's record, which is empty if there is none. */
    void enqueue(TokenKey key, Optional<TokenRecord> authorityRecord) {
        if (pending.size() >= MAX_PENDING && !pending.containsKey(key)) {
            onOverflow.run();
            return;
        }
        pending.merge(key, authorityRecord, CopyQueue::newer);
        schedule();
    }

    /**
     * Writes a record that the authority does not have yet, on the caller's thread.
     *
     * @return whether the tier now has this record or a newer one
     */
    boolean writeNow(TokenRecord unsaved) {
        try {
            Step step = copies.sync(tier, unsaved.key(), Optional.of(unsaved));
            return step == Step.WRITE || step == Step.PROMOTE;
        } catch (TokenStoreException e) {
            log.debug("store {} did not accept a copy", tier.name(), e);
            enqueue(unsaved.key(), Optional.of(unsaved));
            return false;
        }
    }

    private static Optional<TokenRecord> newer(Optional<TokenRecord> known, Optional<TokenRecord> offered) {
        boolean older =
                known.isPresent() && offered.isPresent() && SyncDecision.compare(offered.get(), known.get()) < 0;
        return older ? known : offered;
    }

    /** Schedules the processing of pending writes. */
    void schedule() {
        if (!pending.isEmpty() && !closed.get() && scheduled.compareAndSet(false, true)) {
            thread.execute(this::run);
        }
    }

    private void run() {
        scheduled.set(false);
        if (processPending()) {
            failedRuns.set(0);
            return;
        }
        int failed = Math.min(failedRuns.incrementAndGet(), 10);
        Duration doubled = Duration.ofSeconds(1L << (failed - 1));
        time.schedule(doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE, this::schedule);
    }

    /** Processes the pending writes; returns false if some of them failed and remain pending. */
    private boolean processPending() {
        int failures = 0;
        for (Map.Entry<TokenKey, Optional<TokenRecord>> entry : pending.entrySet()) {
            if (failures == MAX_FAILURES) {
                break;
            }
            failures += process(entry.getKey(), entry.getValue()) ? 0 : 1;
        }
        return failures == 0;
    }

    private boolean process(TokenKey key, Optional<TokenRecord> authorityRecord) {
        try {
            Step step = copies.sync(tier, key, authorityRecord);
            pending.remove(key, authorityRecord);
            onSynced.accept(key, step);
            return true;
        } catch (TokenStoreException e) {
            log.debug("store {} did not accept a copy", tier.name(), e);
            return false;
        } catch (RuntimeException | Error e) {
            log.error("{}: the copy for store {} cannot be written", key, tier.name(), e);
            pending.remove(key, authorityRecord);
            return true;
        }
    }

    /** Stops the thread and processes the pending writes once more on the caller's thread. */
    void close() {
        closed.set(true);
        thread.shutdown();
        if (!processPending()) {
            log.warn(
                    "store {} was closed with {} pending accounts; the next start synchronizes them",
                    tier.name(),
                    behind());
        }
    }
}
