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
 * Writes behind the callers what one fallback is to have, one account after the other on a thread of its own: of each
 * account only the newest, and again until the tier takes it.
 *
 * <p>What waits when the process ends is found again by comparing, see {@link Reconciler}. Thread-safe.
 */
final class CopyQueue {

    private static final Logger log = LoggerFactory.getLogger(CopyQueue.class);
    private static final int MOST_WAITING = 10_000;
    private static final int MOST_FAILURES = 3;
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Tier tier;
    private final Copies copies;
    private final Timekeeper time;
    private final BiConsumer<TokenKey, Step> afterwards;
    private final Runnable overflow;
    private final ExecutorService thread;
    private final ConcurrentMap<TokenKey, Optional<TokenRecord>> waiting = new ConcurrentHashMap<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger failedPasses = new AtomicInteger();

    /**
     * @param afterwards is told, quickly, what was done with a copy
     * @param overflow is told that more has to be written than is remembered
     */
    CopyQueue(Tier tier, Copies copies, Timekeeper time, BiConsumer<TokenKey, Step> afterwards, Runnable overflow) {
        this.tier = tier;
        this.copies = copies;
        this.time = time;
        this.afterwards = afterwards;
        this.overflow = overflow;
        this.thread = TierThreads.start("copies-" + tier.name(), 1);
    }

    Tier tier() {
        return tier;
    }

    /** Returns how many accounts wait. */
    int behind() {
        return waiting.size();
    }

    /** Has the tier brought in step with what the authority has now; empty if it has nothing any more. */
    void follow(TokenKey key, Optional<TokenRecord> authoritys) {
        if (waiting.size() >= MOST_WAITING && !waiting.containsKey(key)) {
            overflow.run();
            return;
        }
        waiting.merge(key, authoritys, CopyQueue::newer);
        wake();
    }

    /**
     * Writes a record that the authority does not have yet, on the caller's thread.
     *
     * @return whether the tier has it now, or something newer
     */
    boolean followNow(TokenRecord unsaved) {
        try {
            Step step = copies.bring(tier, unsaved.key(), Optional.of(unsaved));
            return step == Step.WRITE || step == Step.PROMOTE;
        } catch (TokenStoreException e) {
            log.debug("store {} is behind", tier.name(), e);
            follow(unsaved.key(), Optional.of(unsaved));
            return false;
        }
    }

    private static Optional<TokenRecord> newer(Optional<TokenRecord> known, Optional<TokenRecord> offered) {
        boolean older =
                known.isPresent() && offered.isPresent() && SyncDecision.compare(offered.get(), known.get()) < 0;
        return older ? known : offered;
    }

    /** Works off what waits, soon. */
    void wake() {
        if (!waiting.isEmpty() && !closed.get() && awake.compareAndSet(false, true)) {
            thread.execute(this::pass);
        }
    }

    private void pass() {
        awake.set(false);
        if (workOff()) {
            failedPasses.set(0);
            return;
        }
        int failed = Math.min(failedPasses.incrementAndGet(), 10);
        Duration doubled = Duration.ofSeconds(1L << (failed - 1));
        time.schedule(doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE, this::wake);
    }

    /** Returns false if something is left to be tried again. */
    private boolean workOff() {
        int failures = 0;
        for (Map.Entry<TokenKey, Optional<TokenRecord>> one : waiting.entrySet()) {
            if (failures == MOST_FAILURES) {
                break;
            }
            failures += isFollowed(one.getKey(), one.getValue()) ? 0 : 1;
        }
        return failures == 0;
    }

    private boolean isFollowed(TokenKey key, Optional<TokenRecord> authoritys) {
        try {
            Step step = copies.bring(tier, key, authoritys);
            waiting.remove(key, authoritys);
            afterwards.accept(key, step);
            return true;
        } catch (TokenStoreException e) {
            log.debug("store {} is behind", tier.name(), e);
            return false;
        } catch (RuntimeException | Error e) {
            log.error("{}: the copy for store {} cannot be written", key, tier.name(), e);
            waiting.remove(key, authoritys);
            return true;
        }
    }

    /** Tries everything once more, on the caller's thread. */
    void close() {
        closed.set(true);
        thread.shutdown();
        if (!workOff()) {
            log.warn(
                    "store {} is closed with {} accounts behind; the next start brings them in step",
                    tier.name(),
                    behind());
        }
    }
}
