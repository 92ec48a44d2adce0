package dev.evertoken.internal.authorization;

import dev.evertoken.internal.account.Connections;
import dev.evertoken.internal.account.Connections.Connected;
import dev.evertoken.internal.account.Consent;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of new consents that the store did not accept. A code cannot be exchanged twice, so the tokens stay in the
 * memory of this process, an event reports the risk, and saving is retried until they are stored, disconnected or
 * superseded by a later consent.
 *
 * <p>They are not written to the journal: only connecting creates a record, and a journal entry must never create one.
 * If the process crashes in the meantime, the user has to consent again. Thread-safe.
 */
public final class PendingConsents implements AutoCloseable {

    private record Waiting(Cell cell, RegisteredClient registered, Consent consent) {}

    private static final Logger log = LoggerFactory.getLogger(PendingConsents.class);

    private final Connections connections;
    private final Timekeeper time;
    private final TaskQueue saving;
    private final RetryQueue retries;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Consumer<TokenEvent> tell;
    private final ConcurrentMap<String, Waiting> waiting = new ConcurrentHashMap<>();

    public PendingConsents(
            Connections connections, Timekeeper time, TaskQueue saving, Backoff backoff, Consumer<TokenEvent> tell) {
        this.connections = connections;
        this.time = time;
        this.saving = saving;
        this.retries = new RetryQueue(time, backoff, Integer.MAX_VALUE, closed::get);
        this.tell = tell;
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
            waiting.put(round, new Waiting(cell, registered, consent));
            log.warn("{}: a new consent is not saved yet, trying again", cell.key(), e);
            tell.accept(new TokenEvent.RotationAtRisk(cell.key(), time.now(), 1, false, e.detail()));
            retries.repeat(new Save(this, round), saving);
            throw stillHere(e);
        }
    }

    /** Saves the unsaved consent of an authorization; empty if there is none. Throws like {@link #save}. */
    Optional<Connected> saveAgain(String round) {
        Waiting kept = waiting.get(round);
        if (kept == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(saved(round, kept));
        } catch (TokenStoreException e) {
            throw stillHere(e);
        }
    }

    /** Drops the unsaved consents of an account that is being disconnected. */
    void drop(TokenKey key) {
        waiting.values().removeIf(kept -> kept.cell().key().equals(key));
    }

    private static TokenException stillHere(TokenStoreException e) {
        return e.toBuilder()
                .detail(e.detail() + "; the tokens of the new consent are kept in this process until they are saved")
                .build();
    }

    private Connected saved(String round, Waiting kept) {
        try {
            Connected connected = connections.connect(kept.cell(), kept.registered(), kept.consent());
            waiting.remove(round);
            return connected;
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            waiting.remove(round);
            throw e;
        }
    }

    /** Saves one consent, unless it was saved or dropped in the meantime. */
    private record Save(PendingConsents consents, String round) implements RetryQueue.Task {
        @Override
        public boolean attempt(int number) {
            Waiting kept = consents.waiting.get(round);
            if (kept == null) {
                return true;
            }
            try {
                consents.saved(round, kept);
                return true;
            } catch (TokenStoreException e) {
                log.debug("{}: attempt {} failed", this, number, e);
                return false;
            } catch (TokenException e) {
                log.warn(
                        "{}: a new consent that was waiting for the store was not stored",
                        kept.cell().key(),
                        e);
                return true;
            }
        }

        @Override
        public String toString() {
            Waiting kept = consents.waiting.get(round);
            return (kept == null ? "an account" : kept.cell().key()) + ": saving a new consent";
        }
    }

    /** Tries to save each consent once more; consents that stay unsaved are logged as lost. */
    @Override
    public void close() {
        closed.set(true);
        for (Map.Entry<String, Waiting> kept : Map.copyOf(waiting).entrySet()) {
            try {
                saved(kept.getKey(), kept.getValue());
            } catch (TokenException e) {
                log.error(
                        "{}: closed with an unsaved new consent",
                        kept.getValue().cell().key(),
                        e);
            }
        }
    }
}
