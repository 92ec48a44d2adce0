package dev.evertoken.internal.authorization;

import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.store.journal.ConsentJournal.KeptConsent;
import dev.evertoken.model.TokenKey;
import java.util.Optional;

/**
 * A consent that the store has not accepted yet. Immutable.
 *
 * @param round the id of the authorization that brought it
 * @param entry its entry in the journal; empty if it is only in memory
 */
record Unsaved(String round, Cell cell, RegisteredClient registered, Consent consent, Optional<KeptConsent> entry) {

    TokenKey key() {
        return cell.key();
    }

    Unsaved in(KeptConsent place) {
        return new Unsaved(round, cell, registered, consent, Optional.of(place));
    }

    /** Returns whether the consent survives the end of this process. */
    boolean isDurable() {
        return entry.isPresent();
    }
}
