package dev.evertoken.internal.refresh;

import dev.evertoken.internal.store.journal.ConsentJournal;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** A journal in memory that can be full, broken, unreadable or not durable. Not thread-safe. */
public final class MemoryJournal implements Journal {

    public final List<Entry> entries = new ArrayList<>();
    final List<Entry> parked = new ArrayList<>();
    private final Deque<Runnable> beforeReserving = new ArrayDeque<>();
    private boolean durable = true;
    private boolean full;
    private boolean noSpace;
    private boolean broken;
    private boolean unreadable;
    private int reserved;

    /** Makes the journal one that does not survive its process. */
    void isNotDurable() {
        durable = false;
    }

    void isFull() {
        full = true;
    }

    /** Makes the disk of the journal full for a while. */
    void hasNoSpace() {
        noSpace = true;
    }

    /** Makes writes fail although slots can be reserved. */
    void isBroken() {
        broken = true;
    }

    public void isUnreadable() {
        unreadable = true;
    }

    /** Runs an action before the next slot is reserved. */
    void beforeReserving(Runnable action) {
        beforeReserving.add(action);
    }

    /** Returns the number of open slots. */
    int reserved() {
        return reserved;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }

    @Override
    public Slot reserve(TokenKey key) {
        Runnable action = beforeReserving.poll();
        if (action != null) {
            action.run();
        }
        if (full) {
            throw unavailable("the journal is full");
        }
        if (noSpace) {
            throw TokenException.about(Problem.JOURNAL_FULL)
                    .detail("the disk is full")
                    .build();
        }
        reserved++;
        return new MemorySlot();
    }

    @Override
    public List<Entry> entries(TokenKey key) {
        if (unreadable) {
            throw unavailable("the journal cannot be read");
        }
        return entries.stream()
                .filter(entry -> entry.answered().key().equals(key))
                .toList();
    }

    @Override
    public List<Entry> all() {
        return List.copyOf(entries);
    }

    @Override
    public void delete(Entry entry) {
        entries.remove(entry);
    }

    @Override
    public void park(Entry entry) {
        if (entries.remove(entry)) {
            parked.add(entry);
        }
    }

    @Override
    public List<Entry> parked() {
        return List.copyOf(parked);
    }

    @Override
    public void dropParked(TokenKey key) {
        parked.removeIf(entry -> entry.answered().key().equals(key));
    }

    @Override
    public void forget(TokenKey key, Predicate<TokenRecord> which) {
        parked.removeIf(entry -> entry.answered().key().equals(key) && which.test(entry.answered()));
    }

    @Override
    public ConsentJournal consents() {
        return ConsentJournal.none();
    }

    private static TokenException unavailable(String detail) {
        return TokenException.about(Problem.JOURNAL_UNAVAILABLE).detail(detail).build();
    }

    private final class MemorySlot implements Slot {
        private boolean open = true;

        @Override
        public Entry write(String claimId, TokenRecord response) {
            if (!open) {
                throw new IllegalStateException("this slot has been used or closed");
            }
            if (broken) {
                throw unavailable("the disk is not available");
            }
            close();
            Entry entry = new Entry("entry-" + entries.size(), claimId, response);
            entries.add(entry);
            return entry;
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                reserved--;
            }
        }
    }
}
