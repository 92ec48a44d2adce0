package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RateLimitedLog;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a response with tokens: first in the journal, then in the store. A response that is not worth a write is kept
 * in this process's memory only. Thread-safe.
 */
public final class ResponseSaver {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final Duration JOURNAL_PAUSE = Duration.ofSeconds(10);

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final PendingWrites pendingWrites;
    private final FailureRecorder failureRecorder;
    private final UserLookups userLookups;
    private final Journal journal;
    private final Timekeeper time;
    private final RateLimitedLog noRoom;

    public ResponseSaver(
            MonitoredStore store,
            RecordMapper mapper,
            PendingWrites pendingWrites,
            FailureRecorder failureRecorder,
            UserLookups userLookups,
            Journal journal,
            Timekeeper time) {
        this.store = store;
        this.mapper = mapper;
        this.pendingWrites = pendingWrites;
        this.failureRecorder = failureRecorder;
        this.userLookups = userLookups;
        this.journal = journal;
        this.time = time;
        this.noRoom = new RateLimitedLog(time);
    }

    /**
     * Reserves space in the journal for the response if losing it would cost the grant. Without the space no call may be
     * made.
     *
     * @throws TokenException with a retry time if the disk of the journal is full
     */
    void reserve(RefreshAttempt attempt, TokenRecord record) {
        if (isPrecious(record)) {
            pendingWrites.settleAbandoned();
            try {
                attempt.room(journal);
            } catch (TokenException e) {
                throw e.problem() == Problem.JOURNAL_FULL ? withRetry(e) : e;
            }
        }
    }

    private TokenException withRetry(TokenException full) {
        noRoom.log(suppressed ->
                log.warn("{}; {} such failures were not logged since the last one", full.detail(), suppressed));
        return full.toBuilder().retryAt(time.now().plus(JOURNAL_PAUSE)).build();
    }

    /** Publishes the events of a saved response, and looks up the user if the response does not name one. */
    void succeeded(RefreshAttempt attempt, TokenRecord before, TokenRecord after) {
        failureRecorder.succeeded(attempt, before, after);
        userLookups.after(after, attempt.client());
    }

    /**
     * Returns whether losing a response would cost the grant. Such a response is written to the journal before it is
     * saved.
     */
    static boolean isPrecious(TokenRecord record) {
        return record.refreshModel() == RefreshModel.ROTATING || record.refreshModel() == RefreshModel.EXTENDING;
    }

    /**
     * Returns the record that contains the response, whether it was written by this process, by a peer, or is still
     * pending; empty if a peer's other tokens are stored, or the account is gone.
     *
     * @throws TokenException if the response has the tokens of another user, which are set aside
     */
    Optional<TokenRecord> settle(RefreshAttempt attempt, TokenRecord claimed, TokenResponse response) {
        TokenRecord updated = updated(attempt, claimed, response);
        boolean rotated = !updated.refreshTokenFingerprint().equals(claimed.refreshTokenFingerprint());
        boolean worthAWrite = rotated || !store.sparesClaims(claimed);
        PendingWrite pending = new PendingWrite(
                updated, attempt.claimId(), worthAWrite ? journaled(attempt, claimed, updated, rotated) : null);
        if (claimed.isOfAnotherUser(response.subject())) {
            throw failureRecorder.quarantined(attempt, claimed, pending);
        }
        if (!worthAWrite) {
            return keptInMemory(claimed, updated);
        }
        Optional<Saved> saved = pendingWrites.save(claimed, pending);
        return saved.isEmpty() ? Optional.of(updated) : ours(saved.get(), updated);
    }

    /** Returns the record to write. A response without an access token is saved for its refresh token. */
    private TokenRecord updated(RefreshAttempt attempt, TokenRecord claimed, TokenResponse response) {
        RecordMapper.Sealed next = mapper.answered(
                claimed, attempt.tokens(claimed, mapper), attempt.client().client(), response);
        attempt.opened(next.record(), next.tokens());
        if (response.accessToken().isPresent()) {
            return next.record();
        }
        boolean isServed = attempt.requirement().anyValidTokenWillDo()
                && time.now().isBefore(claimed.lifetime().schedule().expiresAt());
        return mapper.write(
                failureRecorder.withoutAccessToken(claimed, next.record(), response.accessTokenFault(), !isServed));
    }

    private Journal.@Nullable Entry journaled(
            RefreshAttempt attempt, TokenRecord claimed, TokenRecord updated, boolean rotated) {
        if (!journal.isDurable() || !(isPrecious(claimed) || rotated || attempt.usesCopy())) {
            return null;
        }
        try {
            return attempt.room(journal).write(attempt.claimId(), updated);
        } catch (RuntimeException e) {
            log.error(
                    "{}: the journal failed; the new tokens are only in memory until they are saved", attempt.key(), e);
            return null;
        }
    }

    /** Keeps a new access token in memory, unless the grant has been removed; the refresh token is unchanged. */
    private Optional<TokenRecord> keptInMemory(TokenRecord before, TokenRecord updated) {
        if (!isStillThere(before)) {
            return Optional.empty();
        }
        TokenRecord kept = updated.next().build(before.revision(), updated.updatedAt());
        store.keepUnwritten(kept);
        return Optional.of(kept);
    }

    private boolean isStillThere(TokenRecord record) {
        try {
            return store.load(record.key())
                    .filter(stored -> stored.grant().id().equals(record.grant().id()))
                    .isPresent();
        } catch (TokenStoreException | UnreadableRecordException e) {
            log.debug("{}: cannot check whether the account is still connected", record.key(), e);
            return true;
        }
    }

    private static Optional<TokenRecord> ours(Saved saved, TokenRecord updated) {
        if (saved instanceof Saved.Written written) {
            return Optional.of(written.record());
        }
        return saved instanceof Saved.Already already && already.record().generation() == updated.generation()
                ? Optional.of(already.record())
                : Optional.empty();
    }
}
