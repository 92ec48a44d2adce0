package dev.evertoken.internal.refresh;

import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A journal in memory that can be full, broken or forgetful. Not thread-safe. */
public final class MemoryJournal implements Journal {

    public final List<Entry> entries = new ArrayList<>();
    final List<Entry> parked = new ArrayList<>();
    private final Deque<Runnable> beforeReserving = new ArrayDeque<>();
    private boolean durable = true;
    private boolean full;
    private boolean broken;
    private boolean unreadable;
    private int reserved;

    /** Makes it one that outlives nothing. */
    void isNotDurable() {
        durable = false;
    }

    void isFull() {
        full = true;
    }

    /** Makes it one that has room and does not take what is written there. */
    void isBroken() {
        broken = true;
    }

    public void isUnreadable() {
        unreadable = true;
    }

    /** Has something happen before the next room is taken. */
    void beforeReserving(Runnable what) {
        beforeReserving.add(what);
    }

    /** Returns how much room is taken for answers that have not come. */
    int reserved() {
        return reserved;
    }

    @Override
    public boolean isDurable() {
        return durable;
    }

    @Override
    public Slot reserve(TokenKey key) {
        Runnable what = beforeReserving.poll();
        if (what != null) {
            what.run();
        }
        if (full) {
            throw unavailable("the journal is full");
        }
        reserved++;
        return new Room();
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
    public void dropParked(TokenKey key) {
        parked.removeIf(entry -> entry.answered().key().equals(key));
    }

    private static TokenException unavailable(String detail) {
        return TokenException.about(Problem.JOURNAL_UNAVAILABLE).detail(detail).build();
    }

    private final class Room implements Slot {
        private boolean open = true;

        @Override
        public Entry write(String claimId, TokenRecord answered) {
            if (!open) {
                throw new IllegalStateException("this room has been used or given back");
            }
            if (broken) {
                throw unavailable("the disk is gone");
            }
            close();
            Entry entry = new Entry("entry-" + entries.size(), claimId, answered);
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
