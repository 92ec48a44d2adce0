package dev.evertoken;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.Connection;
import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.spi.UnreadableRecordException;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects, connects again, and disconnects: tables R and D of the protocol. Only connecting creates a
 * record. Runs on the caller's thread. Thread-safe.
 */
final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);
    private static final int STORE_ATTEMPTS = 3;

    private final WatchedStore store;
    private final Records records;
    private final Unsaved unsaved;
    private final Publisher publisher;
    private final Signing signing;
    private final Enrichments enrichments;
    private final Statuses statuses;
    private final Explain explain;
    private final Timekeeper time;
    private final Consumer<TokenEvent> tell;

    Connections(Workshop workshop, Statuses statuses, Consumer<TokenEvent> tell) {
        this.store = workshop.store();
        this.records = workshop.records();
        this.unsaved = workshop.unsaved();
        this.publisher = workshop.publisher();
        this.signing = workshop.signing();
        this.enrichments = workshop.enrichments();
        this.statuses = statuses;
        this.explain = workshop.explain();
        this.time = workshop.time();
        this.tell = tell;
    }

    // ---- connect

    /** What stands in the store before a connect: its revision, and the record if it can be read. */
    private record Standing(long revision, Optional<TokenRecord> record) {}

    /** How a connect ended; {@code stored}: the record that holds now is the new one. */
    record Connected(Connection connection, boolean stored) {}

    /** Connects with tokens that an application hands over. */
    Connected connect(Cell cell, Registered registered, TokenSet imported, Consent.Over over) {
        TokenKey key = cell.key();
        Client client = registered.client();
        TokenSet tokens = Imported.checked(key, imported, client.profile().refreshModel(), time.now());
        signing.check(key, registered, tokens);
        Grant grant = new Grant(records.newId(), time.now());
        return connect(
                cell,
                registered,
                new Consent(
                        grant,
                        tokens,
                        client.credentials().scopes(),
                        Optional.empty(),
                        over,
                        Descent.ofConsent(client.profile())));
    }

    /**
     * Makes a new grant of an account, over what the consent may displace, unless a later consent is there. May be
     * called again with the same consent after a store failed.
     */
    Connected connect(Cell cell, Registered registered, Consent consent) {
        TokenKey key = cell.key();
        int failures = 0;
        while (true) {
            try {
                Standing standing = standing(key);
                Optional<TokenRecord> before = standing.record();
                if (before.filter(record ->
                                record.grant().id().equals(consent.grant().id()))
                        .isPresent()) {
                    return connected(cell, registered, before.get());
                }
                if (before.filter(record ->
                                consent.givesWayTo(record, records.isRefreshTokenOf(record, consent.tokens())))
                        .isPresent()) {
                    log.info("{} has a later consent or newer tokens already; those at hand are not stored", key);
                    return new Connected(statuses.of(before.get()), false);
                }
                TokenRecord mine = record(key, registered.client(), consent, before);
                if (store.compareAndSet(key, standing.revision(), mine)) {
                    return connected(cell, registered, mine);
                }
            } catch (TokenStoreException e) {
                if (++failures == STORE_ATTEMPTS) {
                    throw explain.about(key, e);
                }
            } catch (TokenException e) {
                throw explain.about(key, e);
            }
        }
    }

    private TokenRecord record(TokenKey key, Client client, Consent consent, Optional<TokenRecord> before) {
        TokenSet tokens = before.map(record -> consent.replacing(
                        record, records.ownership().foreign(record, client).isEmpty(), () -> records.tokens(record)))
                .orElse(consent.tokens());
        return records.first(
                key, client, consent.grant(), tokens, consent.requestedScopes(), consent.subject(), consent.descent());
    }

    private Standing standing(TokenKey key) {
        Optional<TokenRecord> stored;
        try {
            stored = store.load(key);
        } catch (UnreadableRecordException e) {
            if (e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT) {
                throw explain.unreadable(key, e);
            }
            log.warn("{} has a record that cannot be read; the new consent replaces it", key, e);
            return new Standing(TokenStore.UNREADABLE, Optional.empty());
        }
        stored.flatMap(records.ownership()::otherApplication).ifPresent(foreign -> {
            throw explain.about(key, foreign);
        });
        return new Standing(stored.map(TokenRecord::revision).orElse(TokenStore.ABSENT), stored);
    }

    private Connected connected(Cell cell, Registered registered, TokenRecord record) {
        cell.forget();
        publisher.publish(cell, record);
        Connection connection = statuses.of(record);
        tell.accept(new TokenEvent.Connected(cell.key(), time.now(), connection));
        enrichments.after(record, registered);
        return new Connected(connection, true);
    }

    // ---- disconnect

    /**
     * Removes the grant that is there now, and no other one that may come meanwhile.
     *
     * @return false if there was none
     */
    boolean disconnect(Cell cell) {
        TokenKey key = cell.key();
        Optional<TokenRecord> first = Optional.empty();
        int failures = 0;
        while (true) {
            try {
                Optional<TokenRecord> stored = mine(key);
                boolean sameGrant = first.isEmpty() || isSameGrant(first, stored);
                if (stored.isEmpty() || !sameGrant) {
                    return disconnected(cell, first);
                }
                first = stored;
                if (store.remove(key, stored.get().revision())) {
                    return disconnected(cell, first);
                }
            } catch (UnreadableRecordException e) {
                if (first.isPresent()) {
                    return disconnected(cell, first);
                }
                if (e.reason() == UnreadableRecordException.Reason.NEWER_FORMAT) {
                    throw explain.unreadable(key, e);
                }
                store.remove(key, TokenStore.UNREADABLE);
                cell.forget();
                tell.accept(new TokenEvent.Disconnected(key, time.now()));
                return true;
            } catch (TokenStoreException e) {
                if (++failures == STORE_ATTEMPTS) {
                    throw explain.about(key, e);
                }
            }
        }
    }

    private static boolean isSameGrant(Optional<TokenRecord> first, Optional<TokenRecord> now) {
        return first.map(TokenRecord::grant).equals(now.map(TokenRecord::grant));
    }

    private Optional<TokenRecord> mine(TokenKey key) {
        Optional<TokenRecord> stored = store.load(key);
        stored.flatMap(records.ownership()::otherApplication).ifPresent(foreign -> {
            throw explain.about(key, foreign);
        });
        return stored;
    }

    private boolean disconnected(Cell cell, Optional<TokenRecord> removed) {
        if (removed.isEmpty()) {
            cell.forget();
            return false;
        }
        cell.forget(removed.get().grant().id());
        tell.accept(new TokenEvent.Disconnected(cell.key(), time.now()));
        try {
            unsaved.settleFirst(cell.key());
        } catch (TokenException e) {
            log.warn("{} is disconnected; its unsaved answers are dropped later", cell.key(), e);
        }
        return true;
    }
}
