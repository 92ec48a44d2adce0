package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.Ownership;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first step of a cycle: saves the account's pending responses, reads its record, and checks that the record
 * belongs to this application and client (table L). Thread-safe.
 */
public final class RecordLoader {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final OutageFallback fallback;
    private final Ownership ownership;
    private final Claims claims;
    private final StoreRollbackGuard rollbackGuard;
    private final TokenExceptions exceptions;

    public RecordLoader(
            MonitoredStore store,
            PendingWrites pendingWrites,
            OutageFallback fallback,
            Ownership ownership,
            Claims claims,
            StoreRollbackGuard rollbackGuard,
            TokenExceptions exceptions) {
        this.store = store;
        this.pendingWrites = pendingWrites;
        this.fallback = fallback;
        this.ownership = ownership;
        this.claims = claims;
        this.rollbackGuard = rollbackGuard;
        this.exceptions = exceptions;
    }

    /**
     * Returns the current record, including changes that this process keeps in memory.
     *
     * @throws TokenStoreException if the store fails; a copy may be used instead
     * @throws TokenException if there is no record, or it cannot be used here
     */
    TokenRecord record(RefreshAttempt attempt) {
        Optional<TokenException> journalFailure = settlePending(attempt.key());
        Optional<TokenRecord> stored;
        try {
            stored = store.loadTimed(attempt.key());
        } catch (UnreadableRecordException e) {
            throw exceptions.unreadable(attempt.key(), e);
        }
        attempt.setUsesCopy(false);
        fallback.endOutage(attempt.key());
        if (stored.isEmpty()) {
            attempt.cell().forget();
            claims.forget(attempt.key());
            rollbackGuard.forget(attempt.key());
            throw exceptions.notConnected(attempt.key(), store.absence(attempt.key()));
        }
        Optional<TokenException> foreign =
                ownership.foreign(stored.get(), attempt.client().client());
        if (foreign.isPresent()) {
            throw exceptions.about(attempt.key(), foreign.get());
        }
        TokenRecord current = rollbackGuard.current(attempt, stored.get());
        if (store.sparesClaims(current)) {
            attempt.cell().goBackTo(current); // a peer's generation follows the stored one, not our unwritten ones
        }
        if (journalFailure.isPresent() && ResponseSaver.isPrecious(current)) {
            throw journalFailure.get();
        }
        return current;
    }

    /**
     * Saves the pending responses. Returns the failure if the journal cannot be read, which matters only if its tokens
     * could not be obtained again.
     */
    private Optional<TokenException> settlePending(TokenKey key) {
        try {
            pendingWrites.settleFirst(key);
            return Optional.empty();
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            log.debug("{}: the journal cannot be read: {}", key, e.detail());
            return Optional.of(e);
        }
    }

    /**
     * Returns the newest known copy of the record while the store is unavailable, if it may be used here and is newer than
     * the token in memory.
     */
    Optional<TokenRecord> copy(RefreshAttempt attempt, Instant now) {
        return fallback.newest(attempt.key())
                .filter(copy ->
                        ownership.foreign(copy, attempt.client().client()).isEmpty())
                .filter(copy -> !attempt.requirement().anyValidTokenWillDo()
                        || !attempt.cell().knowsLaterThan(copy, now.toEpochMilli()));
    }

    /**
     * Saves a newer generation of the record's grant if a fallback of the store has one.
     *
     * @return true if there was one: the stored record is to be loaded again
     * @throws TokenStoreException if the store does not accept it; saving continues in the background
     */
    boolean restoreIfBehind(RefreshAttempt attempt, TokenRecord record) {
        return rollbackGuard.restoreIfBehind(attempt, record);
    }
}
