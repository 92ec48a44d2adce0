package dev.evertoken;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.UnreadableRecordException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step of a cycle: save what this host still holds for the account, then read its record, and see that it
 * is ours (table L). Thread-safe.
 */
final class Loading {

    private static final Logger log = LoggerFactory.getLogger(Loading.class);

    private final WatchedStore store;
    private final Unsaved unsaved;
    private final Outage outage;
    private final Ownership ownership;
    private final Claims claims;
    private final ForgottenWrites forgotten;
    private final Explain explain;

    Loading(Workshop workshop, Outage outage) {
        this.store = workshop.store();
        this.unsaved = workshop.unsaved();
        this.outage = outage;
        this.ownership = workshop.records().ownership();
        this.claims = workshop.claims();
        this.forgotten = workshop.forgotten();
        this.explain = workshop.explain();
    }

    /**
     * Returns the record as it is now, with what this process has not written yet.
     *
     * @throws TokenStoreException if the store does not answer: a copy may do
     * @throws TokenException if there is none, or it cannot be used here
     */
    TokenRecord record(Turn turn) {
        Optional<TokenException> unread = settledFirst(turn.key());
        Optional<TokenRecord> stored;
        try {
            stored = store.load(turn.key());
        } catch (UnreadableRecordException e) {
            throw explain.unreadable(turn.key(), e);
        }
        turn.goesByCopy(false);
        outage.isOver(turn.key());
        if (stored.isEmpty()) {
            turn.cell().forget();
            claims.forget(turn.key());
            forgotten.forget(turn.key());
            throw explain.notConnected(turn.key());
        }
        ownership.foreign(stored.get(), turn.client().client()).ifPresent(foreign -> {
            throw explain.about(turn.key(), foreign);
        });
        TokenRecord current = forgotten.current(turn, stored.get());
        if (store.sparesClaims(current)) {
            turn.cell().goBackTo(current); // a peer's generation follows the stored one, not our unwritten ones
        }
        unread.filter(why -> Answers.isPrecious(current)).ifPresent(why -> {
            throw why;
        });
        return current;
    }

    /** Returns why the journal cannot be read, if so: what it may hold matters only where it cannot be had again. */
    private Optional<TokenException> settledFirst(TokenKey key) {
        try {
            unsaved.settleFirst(key);
            return Optional.empty();
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            log.warn("{}: the journal cannot be read: {}", key, e.detail());
            return Optional.of(e);
        }
    }
}
