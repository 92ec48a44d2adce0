package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.store.tiered.SyncDecision.Step;
import dev.evertoken.store.tiered.WaitingAccounts.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
 * <p>An account whose copy the tier does not accept waits aside until a time of its own. A run ends after three failures
 * in a row, which are probably those of the tier. New accounts come first, so refused ones delay nothing else.
 *
 * <p>Writes that are still pending when the process ends are detected by a later comparison, see {@link Reconciler}.
 * Thread-safe.
 */
final class CopyQueue {

    private static final Logger log = LoggerFactory.getLogger(CopyQueue.class);
    private static final int MAX_PENDING = 10_000;
    private static final int MAX_FAILURES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);
    private static final Duration MAX_PAUSE_OF_ACCOUNT = Duration.ofMinutes(10);

    private final Tier tier;
    private final Copies copies;
    private final BiConsumer<TokenKey, Step> onSynced;
    private final Runnable onOverflow;
    private final ExecutorService thread;
    private final EarliestTimer timer;
    private final WaitingAccounts<Optional<TokenRecord>> pending;
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
        this.onSynced = onSynced;
        this.onOverflow = onOverflow;
        this.thread = TierThreads.start("copies-" + tier.name(), 1);
        this.timer = new EarliestTimer(time, this::schedule);
        this.pending = new WaitingAccounts<>(MAX_PENDING, FIRST_PAUSE, time);
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
        if (pending.add(key, authorityRecord, CopyQueue::newer)) {
            schedule();
        } else {
            onOverflow.run();
        }
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
        } catch (RuntimeException e) {
            log.error("{}: the copy for store {} cannot be written", unsaved.key(), tier.name(), e);
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

    /** Makes all pending writes due, because the tier responds again, and schedules their processing. */
    void retryAll() {
        failedRuns.set(0);
        pending.retryAll();
        schedule();
    }

    private void run() {
        scheduled.set(false);
        if (process(pending.due())) {
            failedRuns.set(0);
            pending.untilDue().ifPresent(this::scheduleIn);
            return;
        }
        int failed = Math.min(failedRuns.incrementAndGet(), 10);
        Duration doubled = FIRST_PAUSE.multipliedBy(1L << (failed - 1));
        scheduleIn(doubled.compareTo(MAX_PAUSE) < 0 ? doubled : MAX_PAUSE);
    }

    private void scheduleIn(Duration delay) {
        if (!closed.get()) {
            timer.in(delay);
        }
    }

    /** Processes pending writes; returns false if it ended early because the tier does not respond. */
    private boolean process(List<Waiting<Optional<TokenRecord>>> some) {
        int failures = 0;
        for (Waiting<Optional<TokenRecord>> one : some) {
            failures = isDone(one) ? 0 : failures + 1;
            if (failures == MAX_FAILURES) {
                return false;
            }
        }
        return true;
    }

    private boolean isDone(Waiting<Optional<TokenRecord>> one) {
        try {
            Step step = copies.sync(tier, one.key(), one.work());
            pending.done(one);
            onSynced.accept(one.key(), step);
            return true;
        } catch (TokenStoreException e) {
            putAside(one, e);
            return false;
        } catch (RuntimeException | Error e) {
            log.error("{}: the copy for store {} cannot be written", one.key(), tier.name(), e);
            pending.done(one);
            return true;
        }
    }

    private void putAside(Waiting<Optional<TokenRecord>> one, TokenStoreException why) {
        boolean up = tier.isUp();
        int failures = pending.failed(one, up ? MAX_PAUSE_OF_ACCOUNT : MAX_PAUSE);
        if (up && failures == WaitingAccounts.FAILS_ALWAYS) {
            log.warn(
                    "{}: store {} does not accept the copy, which is tried again from time to time: {}",
                    one.key(),
                    tier.name(),
                    why.detail());
        } else {
            log.debug("{}: store {} did not accept a copy", one.key(), tier.name(), why);
        }
    }

    /** Stops the thread and processes the pending writes once more on the caller's thread. */
    void close() {
        closed.set(true);
        thread.shutdown();
        process(pending.all());
        if (!pending.isEmpty()) {
            log.warn(
                    "store {} was closed with {} pending accounts; the next start synchronizes them",
                    tier.name(),
                    behind());
        }
    }
}
