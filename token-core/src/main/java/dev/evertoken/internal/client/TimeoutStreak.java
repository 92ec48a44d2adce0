package dev.evertoken.internal.client;

import dev.evertoken.model.TokenKey;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The accounts of a client whose calls have timed out since the provider last responded. Several of them mean that the
 * provider does not respond at all; one alone may have a problem of its own. Thread-safe, without locks.
 */
final class TimeoutStreak {

    /** The number of accounts in a row from which on the client is paused. */
    static final int SEVERAL = 3;

    private final AtomicReference<Set<TokenKey>> accounts = new AtomicReference<>(Set.of());

    /** Adds an account and returns whether there are several now. */
    boolean add(TokenKey key) {
        Set<TokenKey> after = Objects.requireNonNull(accounts.updateAndGet(before -> plus(before, key)));
        return after.size() >= SEVERAL;
    }

    /** Forgets all accounts, because the provider has responded. */
    void end() {
        accounts.set(Set.of());
    }

    private static Set<TokenKey> plus(Set<TokenKey> before, TokenKey key) {
        if (before.size() >= SEVERAL || before.contains(key)) {
            return before;
        }
        Set<TokenKey> more = new HashSet<>(before);
        more.add(key);
        return Set.copyOf(more);
    }
}
