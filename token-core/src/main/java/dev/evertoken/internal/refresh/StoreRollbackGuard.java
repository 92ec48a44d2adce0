package dev.evertoken.internal.refresh;

import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecentEntries;
import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that the store has lost writes, such as after a failover or a restored backup, and saves the lost records
 * again.
 *
 * <p>A rollback brings back a refresh token that has been used, and sending it again could end the grant. So the guard
 * remembers the newest record of accounts whose refresh tokens rotate, sealed as it was stored, for the latest few
 * thousand of them. A record that is missing altogether is not restored, since the account may have been disconnected.
 * Thread-safe.
 */
public final class StoreRollbackGuard {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final int LATEST = 4096;
    private static final int MAX_FAILURES = 3;
    private static final String NO_CLAIM = "";
    private static final String ROLLED_BACK =
            "the store went back from generation %d to %d, such as after a failover that lost writes";
    private static final String BEHIND =
            "a copy has generation %d and the store has %d, such as after a restored backup or an unsaved response";

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final Timekeeper time;
    private final RecentEntries<TokenKey, TokenRecord> newest = new RecentEntries<>(LATEST);
    private volatile @Nullable Runnable onSeen;
    private volatile Instant latestWrite = Instant.MIN;

    public StoreRollbackGuard(MonitoredStore store, PendingWrites pendingWrites, Timekeeper time) {
        this.store = store;
        this.pendingWrites = pendingWrites;
        this.time = time;
    }

    /** Remembers a record that is stored or is about to be. */
    void seen(TokenRecord record) {
        if (record.refreshModel() == RefreshModel.ROTATING) {
            newest.merge(record.key(), record, (known, offered) -> isOlder(offered, known) ? known : offered);
            if (record.updatedAt().isAfter(latestWrite)) {
                latestWrite = record.updatedAt();
            }
            Runnable action = onSeen;
            if (action != null) {
                action.run();
            }
        }
    }

    /** Sets an action to run after each record that is remembered; it must return quickly. */
    void onSeen(Runnable action) {
        onSeen = action;
    }

    /** Returns whether a remembered record was written at or after {@code time}. */
    boolean hasWritesSince(Instant time) {
        return !latestWrite.isBefore(time);
    }

    /**
     * Saves the records that this process knows and the store has lost, the latest writes first.
     *
     * @param events receives an event for each record that was saved again
     * @return false if the store failed for some record; ends early if it fails for several in a row
     */
    boolean giveBack(Consumer<TokenEvent> events) {
        List<TokenRecord> latest = newest.values().stream()
                .sorted(Comparator.comparing(TokenRecord::updatedAt).reversed())
                .toList();
        boolean complete = true;
        int failures = 0;
        for (TokenRecord known : latest) {
            failures = isGivenBack(known, events) ? 0 : failures + 1;
            complete &= failures == 0;
            if (failures == MAX_FAILURES) {
                return false;
            }
        }
        return complete;
    }

    private boolean isGivenBack(TokenRecord known, Consumer<TokenEvent> events) {
        try {
            Optional<TokenRecord> older = stored(known.key()).filter(stored -> isOlder(stored, known));
            if (older.isPresent()) {
                pendingWrites.settleFirst(known.key());
                var unused = restored(NO_CLAIM, events, older.get(), known, ROLLED_BACK);
            }
            return true;
        } catch (TokenException e) {
            log.debug("{}: not given back yet", known.key(), e);
            return false;
        }
    }

    private Optional<TokenRecord> stored(TokenKey key) {
        try {
            return store.load(key);
        } catch (UnreadableRecordException e) {
            log.debug("{}: the record is not compared", key, e);
            return Optional.empty();
        }
    }

    /** Forgets an account that is no longer connected. */
    void forget(TokenKey key) {
        newest.remove(key);
    }

    /**
     * Returns the current record: the loaded one, unless a newer generation of its grant was seen before. In that case
     * the newer one is saved again and returned.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store fails; saving continues in the background
     */
    TokenRecord current(RefreshAttempt attempt, TokenRecord stored) {
        Optional<TokenRecord> known = newest.get(stored.key());
        return known.isPresent() && isOlder(stored, known.get())
                ? restored(attempt.claimId(), attempt::tell, stored, known.get(), ROLLED_BACK)
                : stored;
    }

    /**
     * Looks for a newer generation of a record's grant in the store's fallbacks, and saves it. Called before a
     * single-use token is spent, and before a grant is marked as invalid. There is one after a backup of the store was
     * restored, or if the process that received it could not save it before it ended.
     *
     * @return whether there was one, so that the record has to be loaded again
     * @throws dev.evertoken.model.TokenStoreException if the store fails; saving continues in the background
     */
    boolean restoreIfBehind(RefreshAttempt attempt, TokenRecord stored) {
        Optional<TokenRecord> known = store.newestKnown(stored.key()).filter(copy -> isOlder(stored, copy));
        return known.isPresent()
                && restored(attempt.claimId(), attempt::tell, stored, known.get(), BEHIND)
                                .revision()
                        != stored.revision();
    }

    private static boolean isOlder(TokenRecord record, TokenRecord than) {
        return record.grant().id().equals(than.grant().id()) && record.generation() < than.generation();
    }

    private TokenRecord restored(
            String claimId, Consumer<TokenEvent> events, TokenRecord stored, TokenRecord known, String message) {
        Optional<Saved> saved = pendingWrites.save(stored, new PendingWrite(known, claimId, null));
        if (saved.isEmpty()) {
            String detail = message.formatted(known.generation(), stored.generation())
                    + "; it will be restored as soon as the store accepts it";
            report(events, known, detail);
            throw TokenException.about(Problem.STORE_UNAVAILABLE)
                    .key(stored.key())
                    .detail(detail)
                    .build();
        }
        if (saved.get() instanceof Saved.Written written) {
            report(events, known, message.formatted(known.generation(), stored.generation()) + "; it was restored");
            return written.record();
        }
        return stored(saved.get()).orElse(stored);
    }

    private void report(Consumer<TokenEvent> events, TokenRecord known, String detail) {
        log.error("{}: {}", known.key(), detail);
        events.accept(new TokenEvent.RotationConflict(known.key(), time.now(), known.generation(), detail));
    }

    /** Returns the stored record if only the read was outdated. */
    private static Optional<TokenRecord> stored(Saved saved) {
        if (saved instanceof Saved.Already already) {
            return Optional.of(already.record());
        }
        return saved instanceof Saved.Peers peers ? Optional.of(peers.record()) : Optional.empty();
    }
}
