package dev.evertoken.store.tiered;

import dev.evertoken.model.TokenKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The removals that the authority has been asked for and has not ended, cut off or not: what it says of these accounts
 * meanwhile tells nothing about their tombstones. Thread-safe.
 */
final class PendingRemovals {

    private final ConcurrentMap<TokenKey, Integer> underway = new ConcurrentHashMap<>();

    /** Begins one. */
    Removal begin(TokenKey key) {
        underway.merge(key, 1, Integer::sum);
        return new Removal(key);
    }

    boolean isUnderway(TokenKey key) {
        return underway.containsKey(key);
    }

    /** One that is underway, until it ends or turns out never to have begun. */
    final class Removal {
        private static final int WAITING = 0;
        private static final int RUNNING = 1;
        private static final int OVER = 2;

        private final TokenKey key;
        private final AtomicInteger state = new AtomicInteger(WAITING);

        private Removal(TokenKey key) {
            this.key = key;
        }

        /** Notes that the store is called. */
        void runs() {
            state.compareAndSet(WAITING, RUNNING);
        }

        /** Ends it. */
        void end() {
            if (state.getAndSet(OVER) != OVER) {
                underway.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
            }
        }

        /** Ends it if the store has not been called. */
        void isNotWaitedFor() {
            if (state.get() == WAITING) {
                end();
            }
        }
    }
}
