package dev.evertoken.internal.store.journal;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A journal that keeps no consents. Immutable. */
final class NoConsents implements ConsentJournal {

    static final NoConsents INSTANCE = new NoConsents();

    private NoConsents() {}

    @Override
    public boolean isDurable() {
        return false;
    }

    @Override
    public KeptConsent keep(String round, String over, TokenRecord first) {
        return new KeptConsent("none", round, over, first);
    }

    @Override
    public boolean mayHoldAny() {
        return false;
    }

    @Override
    public List<KeptConsent> unattended() {
        return List.of();
    }

    @Override
    public List<KeptConsent> all() {
        return List.of();
    }

    @Override
    public Optional<KeptConsent> takeOver(KeptConsent consent) {
        return Optional.empty();
    }

    @Override
    public boolean holds(KeptConsent consent) {
        return true;
    }

    @Override
    public void delete(KeptConsent consent) {}

    @Override
    public void deleteAll(TokenKey key, Predicate<TokenRecord> which) {}
}
