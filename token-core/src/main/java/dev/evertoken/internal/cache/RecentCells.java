package dev.evertoken.internal.cache;

import dev.evertoken.internal.cache.TokenCache.Cell;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * Holds on to a bounded number of cells, those used lately: a queue in which a cell that was used since it came
 * up last goes to the end again.
 *
 * <p>To use a cell that is held and marked costs one read, so that a busy account never makes threads wait for
 * each other. Thread-safe without locks; while threads add at once there may be one more for each of them.
 */
final class RecentCells {

    /** So many used cells are passed over in a row before one has to go all the same. */
    private static final int MOST_CHANCES = 100;

    private final Queue<Cell> held = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final int most;

    RecentCells(int most) {
        this.most = most;
    }

    /** Notes that a cell is used; one that is not held is from now on, and another one may have to go. */
    void use(Cell cell) {
        if (cell.hold().use()) {
            held.add(cell);
            count.incrementAndGet();
            makeRoom();
        }
    }

    private void makeRoom() {
        for (int chances = MOST_CHANCES; count.get() > most; chances--) {
            Cell oldest = held.poll();
            if (oldest == null) {
                return; // all are on their way to the end again; whoever adds the next one makes the room
            }
            if (oldest.hold().goesOn(chances > 0)) {
                held.add(oldest);
            } else {
                count.decrementAndGet();
            }
        }
    }

    /** Whether one cell is held, and used since it came up last. Thread-safe. */
    static final class Hold {
        private static final int LOOSE = 0;
        private static final int HELD = 1;
        private static final int USED = 2;

        private static final AtomicIntegerFieldUpdater<Hold> STATE =
                AtomicIntegerFieldUpdater.newUpdater(Hold.class, "state");

        private volatile int state = LOOSE;

        /** Notes a use; true if the cell was not held and the caller has to see to it. */
        private boolean use() {
            return state != USED && !STATE.compareAndSet(this, HELD, USED) && STATE.compareAndSet(this, LOOSE, HELD);
        }

        /** Ends the hold, unless there is a chance and the cell was used since it came up last. */
        private boolean goesOn(boolean chance) {
            if (chance) {
                return !STATE.compareAndSet(this, HELD, LOOSE) && STATE.compareAndSet(this, USED, HELD);
            }
            state = LOOSE;
            return false;
        }
    }
}
