package dev.evertoken.internal.cache;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * The last refusal of a cell's account, and the number of changes of the account in this process.
 *
 * <p>A refusal is based on a mark that was made before the store was read. It applies only while the account is
 * unchanged since then, so a connect that happens during the read is not answered with the refusal. It is a part of the
 * cell itself, because there is one for each account. Thread-safe.
 */
public abstract class RefusalSlot {

    private static final AtomicLongFieldUpdater<RefusalSlot> CHANGES =
            AtomicLongFieldUpdater.newUpdater(RefusalSlot.class, "changes");

    private volatile long changes;
    private volatile @Nullable Refusal last;

    /**
     * How often an account, and all accounts together, had changed at one moment. Immutable.
     *
     * @param own the changes of the account
     * @param all the changes of all accounts
     */
    public record Mark(long own, long all) {}

    RefusalSlot() {}

    /** Returns the number of changes of all accounts. */
    abstract AtomicLong changesOfAll();

    /** Returns a mark of the present moment; a record that is read from the store afterwards is at least as new. */
    public final Mark mark() {
        return new Mark(changes, changesOfAll().get());
    }

    /** Returns the last refusal; null if there is none. */
    public final @Nullable Refusal last() {
        return last;
    }

    final void keep(Refusal refusal) {
        last = refusal;
    }

    /** Ends the refusals of the account, because it has changed in the store. */
    public final void changed() {
        CHANGES.incrementAndGet(this);
        changesOfAll().incrementAndGet();
        last = null;
    }

    /** Returns whether the account is unchanged since a mark. */
    public final boolean isUnchangedSince(Mark mark) {
        return changes == mark.own();
    }

    /** Returns whether no account has changed since a mark. */
    public final boolean areAllUnchangedSince(Mark mark) {
        return changesOfAll().get() == mark.all();
    }
}
