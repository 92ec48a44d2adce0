package dev.evertoken;

import dev.evertoken.Settlement.Saved;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.UnreadableRecordException;
import dev.evertoken.store.Journal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a provider's good answer to where it is kept: into the journal, then into the store; or, where a write is not
 * worth it, into this process's memory alone. Thread-safe.
 */
final class Answers {

    private static final Logger log = LoggerFactory.getLogger(Answers.class);

    private final WatchedStore store;
    private final Records records;
    private final Unsaved unsaved;
    private final Aftermath aftermath;
    private final Journal journal;
    private final Timekeeper time;

    Answers(Workshop workshop) {
        this.store = workshop.store();
        this.records = workshop.records();
        this.unsaved = workshop.unsaved();
        this.aftermath = workshop.aftermath();
        this.journal = workshop.journal();
        this.time = workshop.time();
    }

    /** A lost answer of such a provider costs the grant; its answer is journalled before it is saved. */
    static boolean isPrecious(TokenRecord record) {
        return record.refreshModel() == RefreshModel.ROTATING || record.refreshModel() == RefreshModel.EXTENDING;
    }

    /**
     * Returns the record that holds the answer, whoever wrote it, or that will as soon as the store takes it; empty if a
     * peer's holds, or the account is gone.
     *
     * @throws TokenException if it has the tokens of another user, which are set aside
     */
    Optional<TokenRecord> settle(Turn turn, TokenRecord claimed, TokenAnswer answer) {
        TokenRecord answered = answered(turn, claimed, answer);
        boolean rotated = !answered.refreshTokenFingerprint().equals(claimed.refreshTokenFingerprint());
        boolean worthAWrite = rotated || !store.sparesClaims(claimed);
        Pending pending = new Pending(
                answered, turn.claimId(), worthAWrite ? journalled(turn, claimed, answered, rotated) : null);
        if (claimed.isOfAnotherUser(answer.subject())) {
            throw aftermath.quarantined(turn, claimed, pending);
        }
        if (!worthAWrite) {
            return unwritten(claimed, answered);
        }
        Optional<Saved> saved = unsaved.save(claimed, pending);
        return saved.isEmpty() ? Optional.of(answered) : ours(saved.get(), answered);
    }

    /** An answer without an access token is saved for its refresh token, and the next call comes through the gate. */
    private TokenRecord answered(Turn turn, TokenRecord claimed, TokenAnswer answer) {
        TokenRecord answered = records.answered(claimed, turn.client().client(), answer);
        boolean valid = time.now().isBefore(claimed.lifetime().schedule().expiresAt());
        boolean another = answer.accessToken().isEmpty() && (turn.calls() > 0 || valid);
        return another
                ? records.write(answered.next().failures(aftermath.withoutAccessToken(claimed.failures())))
                : answered;
    }

    private Journal.@Nullable Entry journalled(Turn turn, TokenRecord claimed, TokenRecord answered, boolean rotated) {
        if (!journal.isDurable() || !(isPrecious(claimed) || rotated || turn.goesByCopy())) {
            return null;
        }
        try {
            return turn.room(journal).write(turn.claimId(), answered);
        } catch (RuntimeException e) {
            log.error("{}: the journal failed, the new tokens are in memory until they are saved", turn.key(), e);
            return null;
        }
    }

    /** A new access token of the same refresh token is kept in memory, unless the grant is gone meanwhile. */
    private Optional<TokenRecord> unwritten(TokenRecord before, TokenRecord answered) {
        if (!isStillThere(before)) {
            return Optional.empty();
        }
        TokenRecord kept = answered.next().build(before.revision(), answered.updatedAt());
        store.keepUnwritten(kept);
        return Optional.of(kept);
    }

    private boolean isStillThere(TokenRecord record) {
        try {
            return store.load(record.key())
                    .filter(stored -> stored.grant().id().equals(record.grant().id()))
                    .isPresent();
        } catch (TokenStoreException | UnreadableRecordException e) {
            log.warn("{}: the store cannot tell whether the account is still connected", record.key(), e);
            return true;
        }
    }

    private static Optional<TokenRecord> ours(Saved saved, TokenRecord answered) {
        if (saved instanceof Saved.Written written) {
            return Optional.of(written.record());
        }
        return saved instanceof Saved.Already already && already.record().generation() == answered.generation()
                ? Optional.of(already.record())
                : Optional.empty();
    }
}
