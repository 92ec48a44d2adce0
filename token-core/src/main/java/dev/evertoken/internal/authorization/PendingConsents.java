package dev.evertoken.internal.authorization;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.Connections.Connected;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.record.LogLine;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of new consents that the store did not accept. A code cannot be exchanged twice, so the tokens are kept in the
 * journal, or in memory if there is none, and an event reports the risk. Saving is retried, one consent at a time and
 * with pauses of up to ten minutes, until the tokens are stored, disconnected or superseded by a later consent.
 *
 * <p>A consent that is {@link #LONGEST 24 hours} old is given up, with an event. A process that starts continues with
 * the consents that are left in the journal. Thread-safe.
 */
public final class PendingConsents implements AutoCloseable {

    /** How long a consent is kept, from the exchange of its code. */
    static final Duration LONGEST = Duration.ofHours(24);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    private final Connections connections;
    private final KeptConsents kept;
    private final Timekeeper time;
    private final TaskQueue saving;
    private final RetryQueue retries;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Consumer<TokenEvent> tell;
    private final ConcurrentMap<String, Unsaved> waiting = new ConcurrentHashMap<>();

    /** The rounds that were dropped although a thread may just be saving them. */
    private final Set<String> dropped = ConcurrentHashMap.newKeySet();

    /** @param saving runs one task at a time */
    public PendingConsents(
            Connections connections, KeptConsents kept, Timekeeper time, TaskQueue saving, Consumer<TokenEvent> tell) {
        this.connections = connections;
        this.kept = kept;
        this.time = time;
        this.saving = saving;
        this.retries = new RetryQueue(time, Backoff.betweenAttempts(), Integer.MAX_VALUE, closed);
        this.tell = tell;
    }

    /** Continues with the consents that earlier processes of this host have left in the journal. */
    public void recover() {
        for (Unsaved left : kept.left(time.now().minus(LONGEST))) {
            log.info("{}: a new consent that an earlier process could not save is saved now", left.key());
            waiting.put(left.round(), left);
            retries.start(new Save(this, left), saving);
        }
    }

    /**
     * Saves a new consent.
     *
     * @param round the id of the authorization that brought it
     * @throws TokenStoreException if the store does not accept the consent; saving is then retried in the background
     */
    Connected save(String round, Cell cell, RegisteredClient registered, Consent consent) {
        try {
            return connections.connect(cell, registered, consent);
        } catch (TokenStoreException e) {
            Unsaved unsaved = kept.keep(round, cell, registered, consent);
            waiting.put(round, unsaved);
            log.warn("{}: a new consent is not saved yet, trying again: {}", cell.key(), LogLine.reason(e));
            tell.accept(new TokenEvent.RotationAtRisk(cell.key(), time.now(), 1, unsaved.isDurable(), e.detail()));
            retries.repeat(new Save(this, unsaved), saving);
            throw stillHere(unsaved, e);
        }
    }

    /** Saves the unsaved consent of an authorization; empty if there is none. Throws like {@link #save}. */
    Optional<Connected> saveAgain(String round) {
        Unsaved unsaved = waiting.get(round);
        if (unsaved == null || !kept.holds(unsaved)) {
            return Optional.empty();
        }
        try {
            return Optional.of(saved(unsaved, connections::connect));
        } catch (TokenStoreException e) {
            throw stillHere(unsaved, e);
        }
    }

    /** Returns the account that an authorization has connected; empty if its grant is not the stored one. */
    Optional<Connected> completed(TokenKey key, String round) {
        return connections.ofUsableGrant(key, round);
    }

    /** Drops the unsaved consents of an account that is being disconnected. */
    void drop(TokenKey key) {
        waiting.values().stream().filter(unsaved -> unsaved.key().equals(key)).forEach(unsaved -> {
            dropped.add(unsaved.round());
            waiting.remove(unsaved.round());
        });
        kept.dropAll(key);
    }

    private static TokenException stillHere(Unsaved unsaved, TokenStoreException e) {
        String place = unsaved.isDurable() ? "in the journal" : "in this process";
        return e.toBuilder()
                .detail(e.detail() + "; the tokens of the new consent are kept " + place + " until they are saved")
                .build();
    }

    /** Connects an account: {@link Connections#connect} for a waiting user, {@link Connections#connectOnce} otherwise. */
    @FunctionalInterface
    private interface Saving {
        Connected connect(Cell cell, RegisteredClient registered, Consent consent);
    }

    /** Saves a consent, and forgets it unless the store fails. */
    private Connected saved(Unsaved unsaved, Saving saving) {
        try {
            Connected connected = saving.connect(unsaved.cell(), unsaved.registered(), unsaved.consent());
            var unused = forget(unsaved);
            withdrawIfDropped(unsaved);
            return connected;
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            var unused = forget(unsaved);
            throw e;
        }
    }

    /** Removes a consent again whose account was disconnected while the consent was being saved. */
    private void withdrawIfDropped(Unsaved unsaved) {
        if (!dropped.contains(unsaved.round())) {
            return;
        }
        try {
            connections.withdraw(unsaved.cell(), unsaved.consent().grant().id());
        } catch (TokenException | UnreadableRecordException e) {
            log.error(
                    "{}: disconnected while it was being connected, and it cannot be removed: {}",
                    unsaved.key(),
                    LogLine.reason(e));
        }
    }

    /** Forgets a consent; returns false if it was forgotten before. */
    private boolean forget(Unsaved unsaved) {
        kept.drop(unsaved);
        return waiting.remove(unsaved.round(), unsaved);
    }

    // ---- in the background

    /** Saves one consent, unless it was saved or dropped in the meantime. */
    private record Save(PendingConsents consents, Unsaved unsaved) implements RetryQueue.Task {
        @Override
        public boolean attempt(int number) {
            return consents.attempt(unsaved);
        }

        @Override
        public Instant until() {
            return unsaved.consent().grant().consentedAt().plus(LONGEST);
        }

        @Override
        public void giveUp() {
            consents.givenUp(unsaved);
        }

        @Override
        public String toString() {
            return unsaved.key() + ": saving a new consent";
        }
    }

    /** Returns whether a consent has ended. */
    private boolean attempt(Unsaved unsaved) {
        if (!waiting.containsValue(unsaved)) {
            dropped.remove(unsaved.round());
            return true;
        }
        if (!kept.holds(unsaved)) {
            log.info("{}: another process has disconnected it; a new consent is not saved", unsaved.key());
            waiting.remove(unsaved.round(), unsaved);
            return true;
        }
        try {
            var unused = saved(unsaved, connections::connectOnce);
            return true;
        } catch (TokenStoreException e) {
            log.debug("{}: a new consent is still not saved", unsaved.key(), e);
            return false;
        } catch (TokenException e) {
            lost(unsaved, e.detail());
            return true;
        }
    }

    /** Ends a consent that is too old. One that waits when the engine closes is left to {@link #close}. */
    private void givenUp(Unsaved unsaved) {
        if (!closed.get() && forget(unsaved)) {
            lost(unsaved, "the store did not accept it within " + LONGEST.toHours() + " hours");
        }
    }

    private void lost(Unsaved unsaved, String detail) {
        log.error("{}: a new consent is lost: {}", unsaved.key(), detail);
        tell.accept(new TokenEvent.ConsentLost(unsaved.key(), time.now(), detail));
    }

    // ---- closing

    /**
     * Tries to save each consent once more. One that stays unsaved is left in the journal, or is logged as lost if it
     * is only in memory. Nothing is tried afterwards.
     */
    @Override
    public void close() {
        closed.set(true);
        awaitRunningAttempt();
        for (Unsaved unsaved : List.copyOf(waiting.values())) {
            try {
                if (kept.holds(unsaved)) {
                    var unused = saved(unsaved, connections::connectOnce);
                }
            } catch (TokenException e) {
                if (unsaved.isDurable()) {
                    log.warn(
                            "{}: closed with an unsaved new consent, which is in the journal: {}",
                            unsaved.key(),
                            LogLine.reason(e));
                } else {
                    log.error("{}: closed with an unsaved new consent: {}", unsaved.key(), LogLine.reason(e));
                }
            }
        }
    }

    private void awaitRunningAttempt() {
        try {
            if (!time.await(retries.quiet(), PATIENCE)) {
                log.warn("a new consent was still being saved {} s after closing", PATIENCE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
