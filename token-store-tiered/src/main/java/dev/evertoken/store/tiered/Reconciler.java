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
 * Detects the changes that the tiers of a chain missed during an outage or while the process was not running. It
 * compares single accounts after a hint, and all accounts at startup, after an outage, and on request.
 *
 * <p>Comparisons of all accounts in the background are at least five minutes apart, because each reads every tier. The
 * safety of refreshes does not depend on them: a refresh reads the fallbacks itself before it uses a refresh token.
 * Thread-safe.
 */
final class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final int MAX_HINTS = 10_000;
    private static final int MAX_FAILURES = 3;

    private final Tier authority;
    private final List<Tier> fallbacks;
    private final CopyComparison comparison;
    private final Timekeeper time;
    private final ExecutorService thread = TierThreads.start("reconciler", 1);
    private final ReentrantLock lock = new ReentrantLock();
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

    /** Compares one account in the background, and repeats it until every tier has responded. */
    void hint(TokenKey key) {
        if (hints.size() < MAX_HINTS) {
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

    /** Repeats the comparisons that failed while a tier was unavailable. */
    void tierRecovered() {
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
            Set<Tier> failed = tryCompare(key, fallbacks, new ReconcileCounts());
            if (!failed.isEmpty()) {
                hints.add(key);
                failures++;
            }
            if (failed.contains(authority) || failures == MAX_FAILURES) {
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
        lock.lock();
        try {
            due.set(false);
            notBefore = time.nanos() + INTERVAL.toNanos();
            ReconcileResult result = new Comparison().run();
            if (!result.complete()) {
                compareAllSoon();
            }
            log.info("{}", result);
            return result;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the tiers that failed. */
    private Set<Tier> tryCompare(TokenKey key, List<Tier> tiers, ReconcileCounts counts) {
        try {
            return comparison.compare(key, tiers, counts);
        } catch (TokenStoreException e) {
            log.debug("{} cannot be compared: the authority does not respond", key, e);
            return Set.of(authority);
        } catch (UnreadableRecordException e) {
            log.warn("{} cannot be compared: the authority's record is unreadable", key, e);
            return Set.of();
        } catch (RuntimeException | Error e) {
            log.error("{} cannot be compared", key, e);
            return Set.of();
        }
    }

    /** Stops the background work without waiting for running comparisons. */
    void close() {
        closed.set(true);
        thread.shutdown();
    }

    /** One comparison of all accounts, which skips a tier after repeated failures. */
    private final class Comparison {
        private final ReconcileCounts counts = new ReconcileCounts();
        private final Set<TokenKey> seen = new HashSet<>();
        private final Map<Tier, Integer> failures = new HashMap<>();
        private boolean complete = true;

        ReconcileResult run() {
            compareKeysOf(authority);
            fallbacks.forEach(this::compareKeysOf);
            return counts.result(seen.size(), complete);
        }

        private void compareKeysOf(Tier tier) {
            if (isSkipped(authority) || isSkipped(tier) || closed.get()) {
                complete = false;
                return;
            }
            try (Stream<TokenKey> keys = PagedKeys.of(tier)) {
                keys.takeWhile(key -> !isSkipped(authority) && !closed.get()).forEach(this::compareOnce);
            } catch (TokenStoreException e) {
                log.debug("the accounts of store {} cannot be listed", tier.name(), e);
                failures.put(tier, MAX_FAILURES);
                complete = false;
            }
        }

        private void compareOnce(TokenKey key) {
            if (!seen.add(key)) {
                return;
            }
            List<Tier> responding =
                    fallbacks.stream().filter(tier -> !isSkipped(tier)).toList();
            Set<Tier> failed = tryCompare(key, responding, counts);
            failed.forEach(tier -> failures.merge(tier, 1, Integer::sum));
            complete &= failed.isEmpty() && responding.size() == fallbacks.size();
        }

        private boolean isSkipped(Tier tier) {
            return failures.getOrDefault(tier, 0) >= MAX_FAILURES;
        }
    }
}
