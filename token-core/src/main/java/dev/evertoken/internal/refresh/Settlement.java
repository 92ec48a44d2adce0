package dev.evertoken.internal.refresh;

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
 * Writes down how a call ended: tables S (settle) and M (mark dead) of the protocol, and C4 and C5.
 *
 * <p>Every loop here is the same: decide on a record, compare-and-set on the revision of that very record,
 * and on a conflict read again and decide again. The claim decides nothing about saving an answer: the same
 * grant and generation is always written, whoever holds the claim (protocol.md X7). Nothing here inserts a
 * record (X9).
 */
public final class Settlement {

    /** How saving an answer ended, and the record that holds now. */
    sealed interface Saved {
        /** Ours is in the store. {@code before} is what it replaced. */
        record Written(TokenRecord record, TokenRecord before, boolean overPeersClaim) implements Saved {}

        /** Ours was there already, or nothing of ours is worth keeping. */
        record Already(TokenRecord record) implements Saved {}

        /** A peer's newer generation holds; ours is to be parked. */
        record Peers(TokenRecord record) implements Saved {}

        /** Ours are another user's tokens: to be parked. */
        record Foreign(TokenRecord record) implements Saved {}

        /** The grant was disconnected or replaced; ours is dropped. */
        record Dropped(Optional<TokenRecord> record) implements Saved {}
    }

    /** How marking a grant dead ended. */
    sealed interface Marked {
        record Dead(TokenRecord record) implements Marked {}

        /** The answer was about something that is not there any more: go by what is. */
        record Ignored(Optional<TokenRecord> record) implements Marked {}

        /** A peer is refreshing this very generation: wait, then ask again. */
        record PeerIsAtIt() implements Marked {}
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
     * Saves an answer, table S.
     *
     * @param known the record that is thought to be stored, usually the claimed one; revisions never come back, so
     *     the first write needs no reload
     * @throws TokenStoreException if the store does not take it; whether it did is found out by trying again
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

    /** Table S, first hit wins; {@link Saved.Written} is still to be written. */
    private Saved row(Optional<TokenRecord> stored, PendingWrite pending) {
        TokenRecord answered = pending.answered();
        if (stored.isEmpty()
                || !stored.get().grant().id().equals(answered.grant().id())) {
            return new Saved.Dropped(stored);
        }
        TokenRecord record = stored.get();
        if (record.isOfAnotherUser(answered.subject())) {
            return new Saved.Foreign(record);
        }
        if (record.generation() < answered.generation()) {
            boolean overPeers = record.claim()
                    .filter(c -> !c.id().equals(pending.claimId()))
                    .isPresent();
            return new Saved.Written(rebased(record, answered), record, overPeers);
        }
        return record.refreshTokenFingerprint().equals(answered.refreshTokenFingerprint())
                ? new Saved.Already(record)
                : new Saved.Peers(record);
    }

    private TokenRecord rebased(TokenRecord record, TokenRecord answered) {
        return mapper.write(record.next()
                .generation(answered.generation())
                .subject(answered.subject())
                .grantedScopes(answered.grantedScopes())
                .refreshTokenFingerprint(answered.refreshTokenFingerprint())
                .lifetime(answered.lifetime())
                .secrets(answered.secrets())
                .noClaim()
                .uncertain(0)
                .failures(answered.failures())
                .health(Health.active(time.now())));
    }

    /** Marks the grant dead, table M: only on the revision of a read that still shows this generation. */
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
                return new Marked.PeerIsAtIt();
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
     * Gives the claim back with what was learned, C4 and C5: only while it is still ours and the generation is
     * the same; otherwise nothing is written.
     *
     * @return the record that holds now, empty if it is gone
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

    /** Keeps what was learned without a claim in this process alone: it is not worth a write. */
    void keepUnwritten(TokenRecord base, Function<TokenRecord, TokenRecord.Builder> change) {
        store.keepUnwritten(change.apply(base).build(base.revision(), time.now()));
    }

    /** Keeps an answer that the store does not take in its other places; returns whether one has it. */
    boolean keepAside(TokenRecord answered) {
        return store.keepAside(answered);
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
            throw TokenStoreException.unavailable("the record cannot be read, so nothing is written over it", e);
        }
    }
}
