package dev.evertoken.internal.refresh;

import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The checks of tokens of one client: a budget, and the accounts whose tokens the provider has refused.
 *
 * <p>If the provider refuses the tokens of more than {@value #MOST_REFUSED} accounts within ten minutes, the client or
 * the provider's check is more likely to be at fault than the users. No token of the client is checked then for an
 * hour, and the refusals up to the end of that hour do not count. The state is kept in memory, separately in each process.
 * Thread-safe.
 */
final class ClientChecks {

    /** The number of accounts that may become invalid together. */
    static final int MOST_REFUSED = 5;

    /** The time within which these refusals are counted together. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** The time without checks after more than {@value #MOST_REFUSED} refusals. */
    static final Duration PAUSE = Duration.ofHours(1);

    /** The number of checks within {@link #WINDOW}. */
    static final int BUDGET = 30;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TokenKey, Instant> refused = new HashMap<>();
    private final Deque<Instant> checks = new ArrayDeque<>();
    private Instant pausedUntil = Instant.MIN;

    /**
     * The refusals of a client. Immutable.
     *
     * @param accounts the number of accounts that were refused within the last ten minutes
     * @param isFirst whether this refusal begins the time without checks
     */
    record Refused(int accounts, boolean isFirst) {
        boolean areTooMany() {
            return accounts > MOST_REFUSED;
        }
    }

    /** Returns whether a token may be checked now. */
    boolean mayCheck(Instant now) {
        lock.lock();
        try {
            return isOpen(now);
        } finally {
            lock.unlock();
        }
    }

    /** Takes one check from the budget; returns false if there is none. */
    boolean take(Instant now) {
        lock.lock();
        try {
            boolean open = isOpen(now);
            if (open) {
                checks.add(now);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    private boolean isOpen(Instant now) {
        Instant oldest = now.minus(WINDOW);
        while (!checks.isEmpty() && !checks.peek().isAfter(oldest)) {
            checks.remove();
        }
        return checks.size() < BUDGET && !now.isBefore(pausedUntil);
    }

    /** Returns the time from which refusals count. */
    Instant countsFrom() {
        lock.lock();
        try {
            return pausedUntil;
        } finally {
            lock.unlock();
        }
    }

    /** Records that the provider has refused the token of an account. */
    Refused refused(TokenKey key, Instant now) {
        lock.lock();
        try {
            refused.values().removeIf(at -> !at.isAfter(now.minus(WINDOW)));
            refused.put(key, now);
            boolean pauses = refused.size() > MOST_REFUSED && !now.isBefore(pausedUntil);
            if (pauses) {
                pausedUntil = now.plus(PAUSE);
            }
            return new Refused(refused.size(), pauses);
        } finally {
            lock.unlock();
        }
    }

    /** Records that the provider accepts the token of an account. */
    void accepted(TokenKey key) {
        lock.lock();
        try {
            refused.remove(key);
        } finally {
            lock.unlock();
        }
    }
}
