package dev.evertoken.internal.refresh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the store has gone back, as after a failover that lost writes or a restored backup, and gives it back
 * what it forgot.
 *
 * <p>What goes back is a refresh token that has been spent: whoever sent it again would end the grant. So what was last
 * seen of accounts whose refresh tokens rotate is remembered, sealed as it was stored, for the latest few thousand of
 * them. A record that is gone altogether is not put back: somebody may have disconnected the account. Thread-safe.
 */
public final class StoreRollbackGuard {

    private static final Logger log = LoggerFactory.getLogger(StoreRollbackGuard.class);
    private static final int LATEST = 4096;
    private static final String GONE_BACK =
            "the store has gone back from generation %d to %d, as after a failover that lost writes";
    private static final String BEHIND =
            "a copy has generation %d and the store has %d, as after a restored backup or an answer that was not saved";

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final Timekeeper time;
    private final Cache<TokenKey, TokenRecord> newest =
            Caffeine.newBuilder().maximumSize(LATEST).executor(Runnable::run).build();

    public StoreRollbackGuard(MonitoredStore store, PendingWrites pendingWrites, Timekeeper time) {
        this.store = store;
        this.pendingWrites = pendingWrites;
        this.time = time;
    }

    /** Remembers a record that the store has, or is about to have. */
    void seen(TokenRecord record) {
        if (record.refreshModel() == RefreshModel.ROTATING) {
            newest.asMap().merge(record.key(), record, (known, offered) -> isOlder(offered, known) ? known : offered);
        }
    }

    /** Forgets an account that is not connected any more. */
    void forget(TokenKey key) {
        newest.invalidate(key);
    }

    /**
     * Returns the record to go by: the one that was loaded, unless a newer generation of its grant was seen before; then
     * the newer one, which is saved again.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store does not take it; saving goes on behind the caller
     */
    TokenRecord current(RefreshAttempt attempt, TokenRecord stored) {
        TokenRecord known = newest.getIfPresent(stored.key());
        return known != null && isOlder(stored, known) ? givenBack(attempt, stored, known, GONE_BACK) : stored;
    }

    /**
     * Looks for a newer generation of a record's grant in the store's other places, and saves it: before a token is spent
     * that must not be spent twice, and before a grant is called dead. It is there after a backup of the store was
     * restored, or if whoever brought it could not save it and is gone.
     *
     * @return true if there was one: go by what is stored now
     * @throws dev.evertoken.model.TokenStoreException if the store does not take it; saving goes on behind the caller
     */
    boolean restoreIfBehind(RefreshAttempt attempt, TokenRecord stored) {
        Optional<TokenRecord> known = store.newestKnown(stored.key()).filter(copy -> isOlder(stored, copy));
        return known.isPresent()
                && givenBack(attempt, stored, known.get(), BEHIND).revision() != stored.revision();
    }

    private static boolean isOlder(TokenRecord record, TokenRecord than) {
        return record.grant().id().equals(than.grant().id()) && record.generation() < than.generation();
    }

    private TokenRecord givenBack(RefreshAttempt attempt, TokenRecord stored, TokenRecord known, String what) {
        Optional<Saved> saved = pendingWrites.save(stored, new PendingWrite(known, attempt.claimId(), null));
        if (saved.isEmpty()) {
            String detail = what.formatted(known.generation(), stored.generation())
                    + "; it is given back as soon as the store takes it";
            tell(attempt, known, detail);
            throw TokenException.about(Problem.STORE_UNAVAILABLE)
                    .key(stored.key())
                    .detail(detail)
                    .build();
        }
        if (saved.get() instanceof Saved.Written written) {
            tell(attempt, known, what.formatted(known.generation(), stored.generation()) + "; it was given back");
            return written.record();
        }
        return stored(saved.get()).orElse(stored);
    }

    private void tell(RefreshAttempt attempt, TokenRecord known, String detail) {
        log.error("{}: {}", known.key(), detail);
        attempt.tell(new TokenEvent.RotationConflict(known.key(), time.now(), known.generation(), detail));
    }

    /** What was read was old and what is stored is not. */
    private static Optional<TokenRecord> stored(Saved saved) {
        if (saved instanceof Saved.Already already) {
            return Optional.of(already.record());
        }
        return saved instanceof Saved.Peers peers ? Optional.of(peers.record()) : Optional.empty();
    }
}
