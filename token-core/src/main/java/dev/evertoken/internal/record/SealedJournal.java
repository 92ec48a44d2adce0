package dev.evertoken.internal.record;

import dev.evertoken.internal.store.journal.ConsentJournal;
import dev.evertoken.internal.store.journal.ConsentJournal.KeptConsent;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.SealedSecrets.Place;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A journal whose entries are sealed even if the store keeps the secrets of an account in clear text. Entries are
 * returned in the form in which the store keeps them. Thread-safe.
 */
public final class SealedJournal implements Journal, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final Journal journal;
    private final Sealer sealer;

    public SealedJournal(Journal journal, Sealer sealer) {
        this.journal = journal;
        this.sealer = sealer;
    }

    @Override
    public boolean isDurable() {
        return journal.isDurable();
    }

    @Override
    public Slot reserve(TokenKey key) {
        return new SealedSlot(journal.reserve(key), sealer);
    }

    @Override
    public List<Entry> entries(TokenKey key) {
        return stored(journal.entries(key));
    }

    @Override
    public List<Entry> all() {
        return stored(journal.all());
    }

    private List<Entry> stored(List<Entry> entries) {
        List<Entry> stored = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            Optional<Entry> one = stored(entry);
            if (one.isPresent()) {
                stored.add(one.get());
            }
        }
        return Collections.unmodifiableList(stored);
    }

    @Override
    public void delete(Entry entry) {
        journal.delete(entry);
    }

    @Override
    public void park(Entry entry) {
        journal.park(entry);
    }

    /** Returns the entries in the form in which they are kept. */
    @Override
    public List<Entry> parked() {
        return journal.parked();
    }

    @Override
    public void dropParked(TokenKey key) {
        journal.dropParked(key);
    }

    @Override
    public void forget(TokenKey key, Predicate<TokenRecord> which) {
        journal.forget(key, which);
    }

    @Override
    public ConsentJournal consents() {
        return new SealedConsents(journal.consents(), sealer);
    }

    @Override
    public void close() {
        journal.close();
    }

    /** Returns the records that this host keeps, in the form in which they are kept. */
    public List<TokenRecord> kept(Place place) {
        return switch (place) {
            case STORE -> List.of();
            case JOURNAL -> journal.all().stream().map(Entry::answered).toList();
            case JOURNAL_SET_ASIDE ->
                journal.parked().stream().map(Entry::answered).toList();
            case JOURNAL_CONSENT ->
                journal.consents().all().stream().map(KeptConsent::first).toList();
        };
    }

    /** Returns an entry with its secrets as the store keeps them; empty if they cannot be opened, which is logged. */
    private Optional<Entry> stored(Entry entry) {
        TokenRecord record = entry.answered();
        if (!sealer.isKeptClear(record.key()) || !(record.secrets() instanceof SecretPart.Envelope)) {
            return Optional.of(entry);
        }
        try {
            byte[] plain = sealer.open(record.key(), record.grant().id(), record.generation(), record.secrets());
            return Optional.of(new Entry(entry.id(), entry.claimId(), with(record, new SecretPart.Clear(plain))));
        } catch (TokenException e) {
            log.error("{}: a journal entry cannot be opened and is left in place", record.key(), e);
            return Optional.empty();
        }
    }

    /** Returns a record with sealed secrets, even if the store keeps them in clear text. */
    static TokenRecord sealed(TokenRecord record, Sealer sealer) {
        boolean isSealed = !sealer.isKeptClear(record.key()) || record.secrets() instanceof SecretPart.Envelope;
        return isSealed
                ? record
                : with(
                        record,
                        sealer.envelope(
                                record.key(),
                                record.grant().id(),
                                record.generation(),
                                record.secrets().bytes()));
    }

    private static TokenRecord with(TokenRecord record, SecretPart secrets) {
        return record.toBuilder().secrets(secrets).build();
    }

    /** A slot that seals the response. Used by one thread. */
    private record SealedSlot(Slot slot, Sealer sealer) implements Slot {

        @Override
        public Entry write(String claimId, TokenRecord answered) {
            return new Entry(slot.write(claimId, sealed(answered, sealer)).id(), claimId, answered);
        }

        @Override
        public void close() {
            slot.close();
        }
    }
}
