package dev.evertoken.internal.cache;

import dev.evertoken.internal.cache.TokenCache.Cell;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds strong references to a bounded number of recently used cells: a queue in which a cell that was used since it
 * last reached the head moves to the tail.
 *
 * <p>Using a cell that is held and marked already costs one read, so that a busy account never causes contention.
 * Thread-safe without locks; threads that add cells concurrently may exceed the bound by one cell each.
 */
final class RecentCells {

    private static final int NOT_HELD = 0;
    private static final int HELD = 1;
    private static final int USED = 2;

    /** The maximum number of used cells to pass over before one is evicted anyway. */
    private static final int MOST_CHANCES = 100;

    private final Queue<Cell> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int most;
    private final Place place;

    /** The place of a cell's state with regard to one instance. Implementations are thread-safe. */
    interface Place {
        /** Returns whether the cell is held, and whether it was used since it last reached the head. */
        int state(Cell cell);

        boolean compareAndSet(Cell cell, int expected, int next);
    }

    /** @param place where the state of a cell is kept that belongs to this instance; 0 for a new cell */
    RecentCells(int most, Place place) {
        this.most = most;
        this.place = place;
    }

    /** Marks a cell as used, and holds it if it was not held, which may evict another one. */
    void use(Cell cell) {
        if (place.state(cell) != USED && isNew(cell)) {
            held.add(cell);
            count.incrementAndGet();
            evict();
        }
    }

    /** Marks a use; returns true if the cell was not held and has to be added. */
    private boolean isNew(Cell cell) {
        return !place.compareAndSet(cell, HELD, USED) && place.compareAndSet(cell, NOT_HELD, HELD);
    }

    private void evict() {
        for (int chances = MOST_CHANCES; count.get() > most; chances--) {
            Cell oldest = held.poll();
            if (oldest == null) {
                return; // other threads are moving all cells to the tail; the next thread to add one evicts
            }
            if (remains(oldest, chances > 0)) {
                held.add(oldest);
            } else {
                count.decrementAndGet();
            }
        }
    }

    /**
     * Ends the hold and returns false, unless a second chance is allowed and the cell was used since it last reached
     * the head.
     */
    private boolean remains(Cell cell, boolean secondChance) {
        if (secondChance) {
            return !place.compareAndSet(cell, HELD, NOT_HELD) && place.compareAndSet(cell, USED, HELD);
        }
        boolean ended = place.compareAndSet(cell, HELD, NOT_HELD) || place.compareAndSet(cell, USED, NOT_HELD);
        return !ended;
    }
}
