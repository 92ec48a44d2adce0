package dev.evertoken.internal.client;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The accounts of a client that were rate limited, from which {@link ClientState} concludes whether a limit concerns
 * the client or one account. Immutable.
 *
 * @param pauses accounts that were limited since the last success of another one, with the end of the requested pause
 * @param alone accounts that were limited while others were accepted
 */
record RateLimits(Map<TokenKey, Instant> pauses, Set<TokenKey> alone) {

    /** Enough to distinguish one account from many; the account that was added first is dropped first. */
    private static final int MOST_ACCOUNTS = 64;

    static final RateLimits NONE = new RateLimits(Map.of(), Set.of());

    // Written out: every start compares limits, and the equals of a record links method handles at its first use.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RateLimits limits && pauses.equals(limits.pauses) && alone.equals(limits.alone));
    }

    @Override
    public int hashCode() {
        return Objects.hash(pauses, alone);
    }

    /**
     * Returns whether a limit of this account concerns the account alone: if others were accepted during an earlier
     * limit of this account, or if it is limited again and no other one is. A long limit also does if the provider is
     * known to limit single accounts, unless another one was limited since the last success.
     */
    boolean concernsOnly(TokenKey key, boolean isLong) {
        if (alone.contains(key)) {
            return true;
        }
        return pauses.isEmpty() ? isLong && !alone.isEmpty() : pauses.keySet().equals(Set.of(key));
    }

    RateLimits with(TokenKey key, Instant until) {
        Map<TokenKey, Instant> more = new LinkedHashMap<>(pauses);
        more.merge(key, until, (known, next) -> known.isAfter(next) ? known : next);
        dropFirst(more.keySet());
        return new RateLimits(Collections.unmodifiableMap(more), alone);
    }

    /** Returns the end of the longest requested pause; {@link Instant#MIN} if there is none. */
    Instant longest() {
        return pauses.values().stream().max(Instant::compareTo).orElse(Instant.MIN);
    }

    /**
     * Returns the limits after a call of {@code key} was accepted: accounts whose pause had not ended when that call
     * began are limited alone.
     */
    RateLimits accepted(TokenKey key, Instant began) {
        if (pauses.isEmpty() && !alone.contains(key)) {
            return this;
        }
        Set<TokenKey> limited = new LinkedHashSet<>(alone);
        pauses.forEach((account, until) -> {
            if (until.isAfter(began)) {
                limited.add(account);
            }
        });
        limited.remove(key);
        dropFirst(limited);
        return new RateLimits(Map.of(), Collections.unmodifiableSet(limited));
    }

    private static void dropFirst(Set<TokenKey> accounts) {
        while (accounts.size() > MOST_ACCOUNTS) {
            accounts.remove(accounts.iterator().next());
        }
    }
}
