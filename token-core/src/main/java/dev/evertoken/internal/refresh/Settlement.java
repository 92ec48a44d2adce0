package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.CheckMarks;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Saves the outcome of a call: tables S (settle) and M (mark the grant) of the protocol, and C4 and C5.
 *
 * <p>Every loop works the same way: decide on a record, compare-and-set on the revision of that record, and after a
 * conflict read and decide again. Saving a response does not depend on the claim: a newer generation of the same grant
 * is always written, no matter which process holds the claim (protocol.md X7). No method inserts a record (X9).
 * Thread-safe.
 */
public final class Settlement {

    /** The result of saving a response, with the record that is now stored. */
    sealed interface Saved {
        /** Our record was written. {@code before} is the record that it replaced. */
        record Written(TokenRecord record, TokenRecord before, boolean overPeersClaim) implements Saved {}

        /** Our response was stored already, or has nothing that is worth keeping. */
        record Already(TokenRecord record) implements Saved {}

        /** A peer has stored a newer generation; our response is to be parked. */
        record Peers(TokenRecord record) implements Saved {}

        /** Our response has another user's tokens and is to be parked. */
        record Foreign(TokenRecord record) implements Saved {}

        /** The grant was disconnected or replaced; our response is dropped. */
        record Dropped(Optional<TokenRecord> record) implements Saved {}
    }

    /** The result of marking a grant as invalid. */
    sealed interface Marked {
        record Dead(TokenRecord record) implements Marked {}

        /** The refused generation is no longer stored, or is marked already; the stored record is current. */
        record Ignored(Optional<TokenRecord> record) implements Marked {}

        /** A peer is refreshing this generation: wait, then try again. */
        record PeerRefreshes() implements Marked {}
    }

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final Claims claims;
    private final Timekeeper time;

    public Settlement(MonitoredStore store, RecordMapper mapper, Claims claims, Timekeeper time) {
        this.store = store;
        this.mapper = mapper;
        this.claims = claims;
        this.time = time;
    }

    /**
     * Saves a response, table S.
     *
     * @param known the record that is expected to be stored, usually the claimed one. Revisions are never reused, so
     *     the first write needs no reload.
     * @throws TokenStoreException if the store fails; whether the record was written is only known after another
     *     attempt
     */
    Saved save(Optional<TokenRecord> known, PendingWrite pending) {
        Optional<TokenRecord> stored = known.isPresent() ? known : read(pending.answered());
        while (true) {
            Saved row = row(stored, pending);
            if (!(row instanceof Saved.Written ours)) {
                return row;
            }
            if (store.compareAndSet(ours.record().key(), ours.before().revision(), ours.record())) {
                return ours;
            }
            stored = read(pending.answered());
        }
    }

    /** Table S, where the first matching row applies. {@link Saved.Written} has not been written yet. */
    private Saved row(Optional<TokenRecord> stored, PendingWrite pending) {
        TokenRecord updated = pending.answered();
        if (stored.isEmpty()
                || !stored.get().grant().id().equals(updated.grant().id())) {
            return new Saved.Dropped(stored);
        }
        TokenRecord record = stored.get();
        if (record.isOfAnotherUser(updated.subject())) {
            return new Saved.Foreign(record);
        }
        if (record.generation() < updated.generation()) {
            boolean overPeers =
                    record.claim().isPresent() && !record.claim().get().id().equals(pending.claimId());
            return new Saved.Written(rebased(record, updated), record, overPeers);
        }
        return record.refreshTokenFingerprint().equals(updated.refreshTokenFingerprint())
                ? new Saved.Already(record)
                : new Saved.Peers(record);
    }

    private TokenRecord rebased(TokenRecord record, TokenRecord updated) {
        return mapper.write(record.next()
                .generation(updated.generation())
                .subject(updated.subject())
                .grantedScopes(updated.grantedScopes())
                .refreshTokenFingerprint(updated.refreshTokenFingerprint())
                .spentRefreshTokens(updated.spentRefreshTokens())
                .marks(CheckMarks.without(record))
                .lifetime(updated.lifetime())
                .secrets(updated.secrets())
                .noClaim()
                .uncertain(0)
                .failures(updated.failures())
                .health(health(updated)));
    }

    /** Returns the health after a response, which only one without an access token does not make active. */
    private Health health(TokenRecord updated) {
        return updated.failures().problem().isPresent() ? updated.health() : Health.active(time.now());
    }

    /** Marks the grant as invalid, table M: only on the revision of a read that still shows this generation. */
    Marked markDead(TokenRecord claimed, String claimId, Problem problem, String detail) {
        while (true) {
            Optional<TokenRecord> stored = read(claimed);
            if (stored.isEmpty() || !isStill(claimed, stored.get())) {
                return new Marked.Ignored(stored);
            }
            TokenRecord record = stored.get();
            if (record.health().state() == ConnectionState.NEEDS_REAUTH) {
                return new Marked.Ignored(stored);
            }
            if (claims.standing(record, claimId) == Standing.LIVE) {
                return new Marked.PeerRefreshes();
            }
            TokenRecord dead = mapper.write(record.next()
                    .noClaim()
                    .uncertain(0)
                    .failures(
                            new Failures(record.failures().count() + 1, Optional.of(problem), Optional.empty(), detail))
                    .health(record.health().become(ConnectionState.NEEDS_REAUTH, problem, time.now())));
            if (store.compareAndSet(record.key(), record.revision(), dead)) {
                return new Marked.Dead(dead);
            }
        }
    }

    /**
     * Releases the claim and applies {@code change}, C4 and C5. Writes nothing unless the claim is still ours and the
     * generation is unchanged.
     *
     * @return the record that is now stored, empty if it is gone
     */
    Optional<TokenRecord> release(
            TokenRecord claimed, String claimId, Function<TokenRecord, TokenRecord.Builder> change) {
        Optional<TokenRecord> stored = Optional.of(claimed);
        while (stored.filter(record -> isStill(claimed, record) && isMine(record, claimId))
                .isPresent()) {
            TokenRecord next = mapper.write(change.apply(stored.get()).noClaim());
            if (store.compareAndSet(next.key(), stored.get().revision(), next)) {
                return Optional.of(next);
            }
            stored = read(claimed);
        }
        return stored;
    }

    /** Keeps a change in this process's memory only, for an outcome without a claim, which is not worth a write. */
    void keepUnwritten(TokenRecord base, Function<TokenRecord, TokenRecord.Builder> change) {
        store.keepUnwritten(change.apply(base).build(base.revision(), time.now()));
    }

    /** Keeps a response that the store did not accept in a fallback of the store; returns whether one has it. */
    boolean keepAside(TokenRecord updated) {
        return store.keepAside(updated);
    }

    private static boolean isStill(TokenRecord base, TokenRecord record) {
        return record.is(base.grant().id(), base.generation());
    }

    private static boolean isMine(TokenRecord record, String claimId) {
        return record.claim().filter(claim -> claim.id().equals(claimId)).isPresent();
    }

    private Optional<TokenRecord> read(TokenRecord record) {
        try {
            return store.load(record.key());
        } catch (UnreadableRecordException e) {
            throw TokenStoreException.unavailable("the record cannot be read, so it is not overwritten", e);
        }
    }
}
