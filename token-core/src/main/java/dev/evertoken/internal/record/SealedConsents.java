package dev.evertoken.internal.record;

import dev.evertoken.internal.store.journal.ConsentJournal;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A journal of consents that are sealed even if the store keeps the secrets of an account in clear text. They are
 * returned sealed. Thread-safe.
 */
record SealedConsents(ConsentJournal journal, Sealer sealer) implements ConsentJournal {

    @Override
    public boolean isDurable() {
        return journal.isDurable();
    }

    @Override
    public KeptConsent keep(String round, String over, TokenRecord first) {
        return journal.keep(round, over, SealedJournal.sealed(first, sealer));
    }

    @Override
    public boolean mayHoldAny() {
        return journal.mayHoldAny();
    }

    @Override
    public List<KeptConsent> unattended() {
        return journal.unattended();
    }

    @Override
    public List<KeptConsent> all() {
        return journal.all();
    }

    @Override
    public Optional<KeptConsent> takeOver(KeptConsent consent) {
        return journal.takeOver(consent);
    }

    @Override
    public boolean holds(KeptConsent consent) {
        return journal.holds(consent);
    }

    @Override
    public void delete(KeptConsent consent) {
        journal.delete(consent);
    }

    @Override
    public void deleteAll(TokenKey key, Predicate<TokenRecord> which) {
        journal.deleteAll(key, which);
    }
}
