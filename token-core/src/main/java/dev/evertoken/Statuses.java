package dev.evertoken;

import dev.evertoken.model.Claim;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Health;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.UnreadableRecordException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tells how accounts are connected, from their records alone: no provider is called. Thread-safe. */
final class Statuses {

    private final WatchedStore store;
    private final Records records;
    private final Clients clients;
    private final Unsaved unsaved;
    private final Outage outage;
    private final Parents parents;
    private final Explain explain;
    private final Timekeeper time;

    Statuses(
            WatchedStore store,
            Records records,
            Clients clients,
            Unsaved unsaved,
            Parents parents,
            Explain explain,
            Timekeeper time) {
        this.store = store;
        this.records = records;
        this.clients = clients;
        this.unsaved = unsaved;
        this.outage = new Outage(store, unsaved, time);
        this.parents = parents;
        this.explain = explain;
        this.time = time;
    }

    /** @throws dev.evertoken.model.NotConnectedException if there is nothing stored */
    Connection of(TokenKey key) {
        return find(key).orElseThrow(() -> explain.notConnected(key));
    }

    /**
     * Returns all of this application's connections, lazily; while the store does not answer, those of which it has
     * copies in other places. The caller closes the stream.
     *
     * @throws TokenStoreException if the store does not answer and no copy is known
     */
    Stream<Connection> all() {
        try {
            return store.keys().flatMap(key -> find(key).stream());
        } catch (TokenStoreException e) {
            List<TokenKey> known = store.knownKeys();
            if (known.isEmpty()) {
                throw e;
            }
            return known.stream().flatMap(key -> copy(key).stream());
        }
    }

    /** What cannot be read has a status too, so that one bad record hides no other. */
    private Optional<Connection> find(TokenKey key) {
        try {
            return store.load(key).map(this::of);
        } catch (UnreadableRecordException e) {
            return Optional.of(unreadable(key, explain.unreadable(key, e)));
        } catch (TokenStoreException e) {
            return Optional.of(copy(key).orElseThrow(() -> e));
        }
    }

    private Optional<Connection> copy(TokenKey key) {
        return outage.newest(key).map(copy -> of(copy, Optional.of(store.silentSince())));
    }

    Connection of(TokenRecord record) {
        return of(record, Optional.empty());
    }

    private Connection of(TokenRecord record, Optional<Instant> staleSince) {
        Optional<TokenException> foreign = foreign(record);
        Optional<TokenException> parentsTrouble =
                staleSince.isPresent() || foreign.isPresent() ? Optional.empty() : parentsTrouble(record);
        Health health = foreign.map(why -> foreignHealth(record, why)).orElseGet(() -> health(record, parentsTrouble));
        return new Connection(
                record.key(),
                health.state(),
                health.problem(),
                foreign.or(() -> parentsTrouble)
                        .map(TokenException::detail)
                        .orElse(record.failures().detail()),
                health.since(),
                record.grant().consentedAt(),
                record.generation(),
                record.subject(),
                record.parent(),
                record.requestedScopes(),
                record.grantedScopes(),
                record.lifetime().expiresAt(),
                record.lifetime().refreshAt(),
                dies(record),
                record.failures().nextAttempt(),
                record.claim().map(Claim::owner),
                staleSince,
                unsaved.holds(record.key()),
                health.problem()
                        .filter(problem -> problem.remedy() == Remedy.RECONNECT)
                        .flatMap(problem -> reconnectUrl(
                                parentsTrouble.flatMap(TokenException::parent).orElse(record.key()))));
    }

    /** Returns why an account that lives off another one cannot do so any more; empty if it can, or does not. */
    private Optional<TokenException> parentsTrouble(TokenRecord record) {
        try {
            record.parent().ifPresent(parent -> parents.usable(record.key(), parent));
            return Optional.empty();
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            return Optional.of(e);
        }
    }

    /** Returns why a record must not be used here: another application's, stage's or client's; empty if it may. */
    private Optional<TokenException> foreign(TokenRecord record) {
        return clients.find(record.key())
                .map(client -> records.ownership().foreign(record, client.client()))
                .orElseGet(() -> records.ownership().otherApplication(record));
    }

    /** It is shown as what it is, and its state is its owner's. */
    private static Health foreignHealth(TokenRecord record, TokenException why) {
        return new Health(
                record.health().state(),
                Optional.of(why.problem()),
                record.health().since());
    }

    /** A failing one goes from DEGRADED to STALLED with time. */
    private Health health(TokenRecord record, Optional<TokenException> parentsTrouble) {
        Health stored = record.health();
        Instant end = record.lifetime().schedule().expiresAt();
        if (parentsTrouble.isPresent()) {
            boolean valid = time.now().isBefore(end);
            ConnectionState state = valid ? ConnectionState.NOT_REFRESHABLE : ConnectionState.NEEDS_REAUTH;
            return stored.become(state, parentsTrouble.get().problem(), valid ? record.updatedAt() : end);
        }
        return stored.state() == ConnectionState.DEGRADED && !time.now().isBefore(end)
                ? new Health(ConnectionState.STALLED, stored.problem(), end)
                : stored;
    }

    private static Optional<Instant> dies(TokenRecord record) {
        return record.health().state() == ConnectionState.NOT_REFRESHABLE
                ? record.lifetime().expiresAt()
                : record.lifetime().refreshTokenExpiresAt();
    }

    private Connection unreadable(TokenKey key, TokenException why) {
        return new Connection(
                key,
                ConnectionState.UNREADABLE,
                Optional.of(why.problem()),
                why.detail(),
                time.now(),
                Instant.EPOCH,
                0,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                Set.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                unsaved.holds(key),
                why.problem() == Problem.RECORD_UNREADABLE ? reconnectUrl(key) : Optional.empty());
    }

    private Optional<URI> reconnectUrl(TokenKey key) {
        return explain.reconnectUrl(key);
    }
}
