package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what the tiers of a chain missed while they were down, or while this process was: by comparing single accounts
 * soon after something hints at it, and all of them at opening, after an outage, and when asked.
 *
 * <p>All of them in the background at most every five minutes, since each costs a read of every tier. No protection
 * rests on it: a refresh looks into the fallbacks itself before it spends a token. Thread-safe.
 */
final class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration APART = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final int MOST_HINTS = 10_000;
    private static final int MOST_FAILURES = 3;

    private final Tier authority;
    private final List<Tier> fallbacks;
    private final CopyComparison comparison;
    private final Timekeeper time;
    private final ExecutorService thread = TierThreads.start("reconciler", 1);
    private final ReentrantLock one = new ReentrantLock();
    private final Set<TokenKey> hints = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean retrying = new AtomicBoolean();
    private final AtomicBoolean planned = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long notBefore;

    Reconciler(Tier authority, List<Tier> fallbacks, CopyComparison comparison, Timekeeper time) {
        this.authority = authority;
        this.fallbacks = fallbacks;
        this.comparison = comparison;
        this.time = time;
        this.notBefore = time.nanos();
    }

    /** Compares one account in the background, again until every tier has answered. */
    void hint(TokenKey key) {
        if (hints.size() < MOST_HINTS) {
            hints.add(key);
            inBackground(this::followHints);
        } else {
            compareAllSoon();
        }
    }

    /** Compares all accounts in the background. */
    void compareAllSoon() {
        due.set(true);
        if (planned.compareAndSet(false, true)) {
            long wait = notBefore - time.nanos();
            time.schedule(Duration.ofNanos(Math.max(0, wait)), () -> inBackground(this::compareAllIfDue));
        }
    }

    /** A tier answers again: does what could not be done without it. */
    void tierIsBack() {
        inBackground(this::followHints);
        if (due.get()) {
            compareAllSoon();
        }
    }

    private void inBackground(Runnable task) {
        if (!closed.get()) {
            thread.execute(task);
        }
    }

    private void followHints() {
        int failures = 0;
        for (TokenKey key : Set.copyOf(hints)) {
            hints.remove(key);
            Set<Tier> failed = quietly(key, fallbacks, new ReconcileCounts());
            if (!failed.isEmpty()) {
                hints.add(key);
                failures++;
            }
            if (failed.contains(authority) || failures == MOST_FAILURES) {
                break;
            }
        }
        if (failures > 0 && retrying.compareAndSet(false, true)) {
            time.schedule(RETRY, () -> {
                retrying.set(false);
                inBackground(this::followHints);
            });
        }
    }

    private void compareAllIfDue() {
        planned.set(false);
        if (due.get()) {
            compareAll();
        }
    }

    /** Compares all accounts now. */
    ReconcileResult compareAll() {
        one.lock();
        try {
            due.set(false);
            notBefore = time.nanos() + APART.toNanos();
            ReconcileResult done = new Round().go();
            if (!done.complete()) {
                compareAllSoon();
            }
            log.info("{}", done);
            return done;
        } finally {
            one.unlock();
        }
    }

    /** Returns the tiers that failed. */
    private Set<Tier> quietly(TokenKey key, List<Tier> tiers, ReconcileCounts tally) {
        try {
            return comparison.compare(key, tiers, tally);
        } catch (TokenStoreException e) {
            log.debug("{} cannot be compared, the authority does not answer", key, e);
            return Set.of(authority);
        } catch (UnreadableRecordException e) {
            log.warn("{} cannot be compared, the authority's record cannot be read", key, e);
            return Set.of();
        } catch (RuntimeException | Error e) {
            log.error("{} cannot be compared", key, e);
            return Set.of();
        }
    }

    /** Ends the background work; what is under way is not waited for. */
    void close() {
        closed.set(true);
        thread.shutdown();
    }

    /** One comparison of everything; a tier that fails again and again is left out of the rest. */
    private final class Round {
        private final ReconcileCounts tally = new ReconcileCounts();
        private final Set<TokenKey> seen = new HashSet<>();
        private final Map<Tier, Integer> failures = new HashMap<>();
        private boolean complete = true;

        ReconcileResult go() {
            through(authority);
            fallbacks.forEach(tier -> through(tier));
            return tally.result(seen.size(), complete);
        }

        private void through(Tier tier) {
            if (isLeftOut(authority) || isLeftOut(tier) || closed.get()) {
                complete = false;
                return;
            }
            try (Stream<TokenKey> keys = PagedKeys.of(tier)) {
                keys.takeWhile(key -> !isLeftOut(authority) && !closed.get()).forEach(this::look);
            } catch (TokenStoreException e) {
                log.debug("the accounts of store {} cannot be listed", tier.name(), e);
                failures.put(tier, MOST_FAILURES);
                complete = false;
            }
        }

        private void look(TokenKey key) {
            if (!seen.add(key)) {
                return;
            }
            List<Tier> answering =
                    fallbacks.stream().filter(tier -> !isLeftOut(tier)).toList();
            Set<Tier> failed = quietly(key, answering, tally);
            failed.forEach(tier -> failures.merge(tier, 1, Integer::sum));
            complete &= failed.isEmpty() && answering.size() == fallbacks.size();
        }

        private boolean isLeftOut(Tier tier) {
            return failures.getOrDefault(tier, 0) >= MOST_FAILURES;
        }
    }
}
