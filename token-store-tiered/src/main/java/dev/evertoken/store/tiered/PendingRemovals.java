package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The removals that were requested from the authority and have not completed, even if their callers stopped waiting.
 * Until then, a read of such an account from the authority does not invalidate its tombstone. Thread-safe.
 */
final class PendingRemovals {

    private final ConcurrentMap<TokenKey, Integer> pending = new ConcurrentHashMap<>();

    /** Registers a removal. */
    Removal begin(TokenKey key) {
        pending.merge(key, 1, Integer::sum);
        return new Removal(key);
    }

    boolean isPending(TokenKey key) {
        return pending.containsKey(key);
    }

    /** A pending removal, which ends when the call to the store completes or turns out never to have started. */
    final class Removal {
        private static final int WAITING = 0;
        private static final int RUNNING = 1;
        private static final int ENDED = 2;

        private final TokenKey key;
        private final AtomicInteger state = new AtomicInteger(WAITING);

        private Removal(TokenKey key) {
            this.key = key;
        }

        /** Marks the call to the store as started. */
        void started() {
            state.compareAndSet(WAITING, RUNNING);
        }

        /** Ends the removal. */
        void end() {
            if (state.getAndSet(ENDED) != ENDED) {
                pending.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            }
        }

        /** Ends the removal if the call to the store has not started. */
        void abandon() {
            if (state.get() == WAITING) {
                end();
            }
        }
    }
}
