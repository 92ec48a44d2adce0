package dev.evertoken.internal.store.journal;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.List;
import java.util.function.Predicate;

/** A journal that keeps nothing. Immutable. */
final class NoJournal implements Journal {

    static final NoJournal INSTANCE = new NoJournal();

    private NoJournal() {}

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public Slot reserve(TokenKey key) {
        return Forgetful.INSTANCE;
    }

    @Override
    public List<Entry> entries(TokenKey key) {
        return List.of();
    }

    @Override
    public List<Entry> all() {
        return List.of();
    }

    @Override
    public void delete(Entry entry) {}

    @Override
    public void park(Entry entry) {}

    @Override
    public List<Entry> parked() {
        return List.of();
    }

    @Override
    public void dropParked(TokenKey key) {}

    @Override
    public void forget(TokenKey key, Predicate<TokenRecord> which) {}

    @Override
    public ConsentJournal consents() {
        return ConsentJournal.none();
    }

    private enum Forgetful implements Slot {
        INSTANCE;

        @Override
        public Entry write(String claimId, TokenRecord answered) {
            return new Entry("none", claimId, answered);
        }

        @Override
        public void close() {}
    }
}
