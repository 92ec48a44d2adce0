package dev.evertoken.internal.cache;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The last refusal of a cell's account, and the number of changes of the account in this process.
 *
 * <p>A refusal is based on a mark that was made before the store was read. It applies only while the account is
 * unchanged since then, so a connect that happens during the read is not answered with the refusal. Thread-safe.
 */
public final class RefusalSlot {

    private static final AtomicLongFieldUpdater<RefusalSlot> CHANGES =
            AtomicLongFieldUpdater.newUpdater(RefusalSlot.class, "changes");

    private final AtomicLong changesOfAll;
    private volatile long changes;
    private volatile @Nullable Refusal last;

    /**
     * How often an account, and all accounts together, had changed at one moment. Immutable.
     *
     * @param own the changes of the account
     * @param all the changes of all accounts
     */
    public record Mark(long own, long all) {}

    /** @param changesOfAll counts the changes of all accounts */
    RefusalSlot(AtomicLong changesOfAll) {
        this.changesOfAll = changesOfAll;
    }

    /** Returns a mark of the present moment; a record that is read from the store afterwards is at least as new. */
    public Mark mark() {
        return new Mark(changes, changesOfAll.get());
    }

    /** Returns the last refusal; null if there is none. */
    public @Nullable Refusal last() {
        return last;
    }

    void keep(Refusal refusal) {
        last = refusal;
    }

    /** Ends the refusals of the account, because it has changed in the store. */
    public void changed() {
        CHANGES.incrementAndGet(this);
        changesOfAll.incrementAndGet();
        last = null;
    }

    /** Returns whether the account is unchanged since a mark. */
    public boolean isUnchangedSince(Mark mark) {
        return changes == mark.own();
    }

    /** Returns whether no account has changed since a mark. */
    public boolean areAllUnchangedSince(Mark mark) {
        return changesOfAll.get() == mark.all();
    }
}
