package dev.evertoken.internal.cache;

import dev.evertoken.internal.cache.TokenCache.Cell;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Holds strong references to a bounded number of recently used cells: a queue in which a cell that was used since it
 * last reached the head moves to the tail.
 *
 * <p>Using a cell that is held and marked already costs one read, so that a busy account never causes contention.
 * Thread-safe without locks; threads that add cells concurrently may exceed the bound by one cell each.
 */
final class RecentCells {

    /** The maximum number of used cells to pass over before one is evicted anyway. */
    private static final int MOST_CHANCES = 100;

    private final Queue<Cell> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int most;
    private final boolean ofUnknown;

    /** @param ofUnknown whether these are the cells of accounts that are not known to be connected */
    RecentCells(int most, boolean ofUnknown) {
        this.most = most;
        this.ofUnknown = ofUnknown;
    }

    /** Returns the hold of a cell that belongs to this instance. */
    private Hold holdOf(Cell cell) {
        return ofUnknown ? cell.holdWhileUnknown() : cell.hold();
    }

    /** Marks a cell as used, and holds it if it was not held, which may evict another one. */
    void use(Cell cell) {
        if (holdOf(cell).use()) {
            held.add(cell);
            count.incrementAndGet();
            evict();
        }
    }

    private void evict() {
        for (int chances = MOST_CHANCES; count.get() > most; chances--) {
            Cell oldest = held.poll();
            if (oldest == null) {
                return; // other threads are moving all cells to the tail; the next thread to add one evicts
            }
            if (holdOf(oldest).remains(chances > 0)) {
                held.add(oldest);
            } else {
                count.decrementAndGet();
            }
        }
    }

    /** Whether a cell is held, and whether it was used since it last reached the head. Thread-safe. */
    static final class Hold {
        private static final int NOT_HELD = 0;
        private static final int HELD = 1;
        private static final int USED = 2;

        private static final AtomicIntegerFieldUpdater<Hold> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Hold.class, "state");

        private volatile int state = NOT_HELD;

        /** Marks a use; returns true if the cell was not held and the caller has to add it. */
        private boolean use() {
            return state != USED && !STATE.compareAndSet(this, HELD, USED) && STATE.compareAndSet(this, NOT_HELD, HELD);
        }

        /**
         * Ends the hold and returns false, unless a second chance is allowed and the cell was used since it last
         * reached the head.
         */
        private boolean remains(boolean secondChance) {
            if (secondChance) {
                return !STATE.compareAndSet(this, HELD, NOT_HELD) && STATE.compareAndSet(this, USED, HELD);
            }
            state = NOT_HELD;
            return false;
        }
    }
}
