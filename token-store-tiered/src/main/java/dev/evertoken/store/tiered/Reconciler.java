package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.store.tiered.WaitingAccounts.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * <p>An account for which a tier fails is compared again at a time of its own and delays no other account. Comparisons
 * of all accounts in the background are at least five minutes apart, because each reads every tier. The safety of
 * refreshes does not depend on them: a refresh reads the fallbacks itself before it uses a refresh token. Thread-safe.
 */
final class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
    private static final Duration INTERVAL = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(30);
    private static final Duration MAX_RETRY = Duration.ofMinutes(10);
    private static final int MAX_HINTS = 10_000;
    private static final int MAX_FAILURES = 3;

    private final Tier authority;
    private final List<Tier> fallbacks;
    private final CopyComparison comparison;
    private final Timekeeper time;
    private final ExecutorService thread = TierThreads.start("reconciler", 1);
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingAccounts<Boolean> hints;
    private final EarliestTimer hintTimer;
    private final AtomicBoolean following = new AtomicBoolean();
    private final AtomicBoolean due = new AtomicBoolean();
    private final AtomicBoolean planned = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile long notBefore;

    Reconciler(Tier authority, List<Tier> fallbacks, CopyComparison comparison, Timekeeper time) {
        this.authority = authority;
        this.fallbacks = fallbacks;
        this.comparison = comparison;
        this.time = time;
        this.notBefore = time.nanos();
        this.hints = new WaitingAccounts<>(MAX_HINTS, RETRY, time);
        this.hintTimer = new EarliestTimer(time, this::followHintsSoon);
    }

    boolean isAuthorityUp() {
        return authority.isUp();
    }

    /** Compares one account in the background, and repeats it until every tier has responded. */
    void hint(TokenKey key) {
        if (hints.add(key, true, Boolean::logicalOr)) {
            followHintsSoon();
        } else {
            compareAllSoon();
        }
    }

    private void followHintsSoon() {
        if (!hints.isEmpty() && following.compareAndSet(false, true)) {
            inBackground(this::followHints);
        }
    }

    /** Repeats the failed comparisons of single accounts. */
    void retryHints() {
        hints.retryAll();
        followHintsSoon();
    }

    /** Compares all accounts in the background. */
    void compareAllSoon() {
        due.set(true);
        if (!closed.get() && planned.compareAndSet(false, true)) {
            long wait = notBefore - time.nanos();
            time.schedule(Duration.ofNanos(Math.max(0, wait)), () -> inBackground(this::compareAllIfDue));
        }
    }

    /** Repeats the comparisons that failed while a tier was unavailable. */
    void tierRecovered() {
        retryHints();
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
        following.set(false);
        int failures = 0;
        for (Waiting<Boolean> hint : hints.due()) {
            if (closed.get()) {
                return;
            }
            Set<Tier> failed = tryCompare(hint.key(), fallbacks, new ReconcileCounts());
            if (failed.isEmpty()) {
                hints.done(hint);
                failures = 0;
                continue;
            }
            hints.failed(hint, failed.stream().allMatch(Tier::isUp) ? MAX_RETRY : RETRY);
            failures++;
            if (failures == MAX_FAILURES || (failed.contains(authority) && !authority.isUp())) {
                followHintsIn(RETRY);
                return;
            }
        }
        hints.untilDue().ifPresent(this::followHintsIn);
    }

    private void followHintsIn(Duration delay) {
        if (!closed.get()) {
            hintTimer.in(delay);
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
            Comparison comparing = new Comparison();
            ReconcileResult result = comparing.run();
            if (comparing.endedEarly) {
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
            log.debug("{}: cannot be compared: the authority does not respond", key, e);
            return Set.of(authority);
        } catch (UnreadableRecordException e) {
            log.warn("{}: cannot be compared: the authority's record is unreadable: {}", key, e.getMessage());
            return Set.of();
        } catch (RuntimeException | Error e) {
            log.error("{}: cannot be compared", key, e);
            return Set.of();
        }
    }

    /** Stops the background work without waiting for running comparisons. */
    void close() {
        closed.set(true);
        thread.shutdown();
    }

    /**
     * One comparison of all accounts, which skips a tier after repeated failures with no success in between. Single
     * accounts that failed are compared again later, without the others.
     */
    private final class Comparison {
        private final ReconcileCounts counts = new ReconcileCounts();
        private final Set<TokenKey> seen = new HashSet<>();
        private final Map<Tier, Integer> failures = new HashMap<>();
        private boolean complete = true;
        private boolean endedEarly;

        ReconcileResult run() {
            compareKeysOf(authority);
            fallbacks.forEach(this::compareKeysOf);
            return counts.result(seen.size(), complete && !endedEarly);
        }

        private void compareKeysOf(Tier tier) {
            if (isSkipped(authority) || isSkipped(tier) || closed.get()) {
                endedEarly = true;
                return;
            }
            try (Stream<TokenKey> keys = PagedKeys.of(tier)) {
                keys.takeWhile(key -> !isSkipped(authority) && !closed.get()).forEach(this::compareOnce);
            } catch (TokenStoreException e) {
                log.debug("the accounts of store {} cannot be listed", tier.name(), e);
                failures.put(tier, MAX_FAILURES);
                endedEarly = true;
            }
        }

        private void compareOnce(TokenKey key) {
            if (!seen.add(key)) {
                return;
            }
            List<Tier> responding =
                    fallbacks.stream().filter(tier -> !isSkipped(tier)).toList();
            Set<Tier> failed = tryCompare(key, responding, counts);
            count(failed, responding);
            endedEarly |= responding.size() < fallbacks.size();
            if (!failed.isEmpty()) {
                complete = false;
                hint(key);
            }
        }

        private void count(Set<Tier> failed, List<Tier> responding) {
            failed.forEach(tier -> failures.merge(tier, 1, Integer::sum));
            if (!failed.contains(authority)) {
                failures.remove(authority);
                responding.stream().filter(tier -> !failed.contains(tier)).forEach(failures::remove);
            }
        }

        private boolean isSkipped(Tier tier) {
            return failures.getOrDefault(tier, 0) >= MAX_FAILURES;
        }
    }
}
