package dev.evertoken.internal.event;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The problems of accounts that are in the log and not over. If there are too many accounts, the one that has not been
 * reported for the longest time is forgotten. Thread-safe.
 */
final class ReportedProblems {

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TokenKey, Report> byAccount;

    /** The problems of one account since it worked. Guarded by the lock, except for the first problem. */
    record Report(Instant since, Problem first, Set<Problem> problems) {}

    /** @param most the number of accounts that are remembered */
    ReportedProblems(int most) {
        this.byAccount = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<TokenKey, Report> eldest) {
                return size() > most;
            }
        };
    }

    /** Adds a problem, and returns whether it was not there. */
    boolean add(TokenKey key, Problem problem, Instant now) {
        lock.lock();
        try {
            return byAccount
                    .computeIfAbsent(key, any -> new Report(now, problem, EnumSet.noneOf(Problem.class)))
                    .problems
                    .add(problem);
        } finally {
            lock.unlock();
        }
    }

    /** Removes the problems of an account, if they were added no later than {@code moment}. */
    Optional<Report> remove(TokenKey key, Instant moment) {
        lock.lock();
        try {
            Report known = byAccount.get(key);
            if (known == null || known.since.isAfter(moment)) {
                return Optional.empty();
            }
            byAccount.remove(key);
            return Optional.of(known);
        } finally {
            lock.unlock();
        }
    }
}
