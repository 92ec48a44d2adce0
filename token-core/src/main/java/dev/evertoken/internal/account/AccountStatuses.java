package dev.evertoken.internal.account;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.RecordPages;
import dev.evertoken.internal.refresh.OutageFallback;
import dev.evertoken.internal.refresh.ParentAccounts;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Returns the status of accounts, from their records alone: no provider is called. Thread-safe. */
public final class AccountStatuses {

    private final MonitoredStore store;
    private final RecordMapper mapper;
    private final ClientRegistry clients;
    private final PendingWrites pendingWrites;
    private final OutageFallback fallback;
    private final ParentAccounts parents;
    private final TokenExceptions exceptions;
    private final Timekeeper time;

    public AccountStatuses(
            MonitoredStore store,
            RecordMapper mapper,
            ClientRegistry clients,
            PendingWrites pendingWrites,
            OutageFallback fallback,
            ParentAccounts parents,
            TokenExceptions exceptions,
            Timekeeper time) {
        this.store = store;
        this.mapper = mapper;
        this.clients = clients;
        this.pendingWrites = pendingWrites;
        this.fallback = fallback;
        this.parents = parents;
        this.exceptions = exceptions;
        this.time = time;
    }

    /** @throws dev.evertoken.model.NotConnectedException if nothing is stored for the account */
    public AccountStatus of(TokenKey key) {
        return find(key, () -> store.load(key)).orElseThrow(() -> exceptions.notConnected(key, store.absence(key)));
    }

    /**
     * Returns the status of all accounts of this application, lazily. While the store is unavailable, returns the
     * accounts of which it has copies in other places. The caller closes the stream.
     *
     * @throws TokenStoreException if the store is unavailable and no copy is known
     */
    public Stream<AccountStatus> all() {
        try {
            return RecordPages.of(store, store.keys()).flatMap(read -> find(read.key(), read::record).stream());
        } catch (TokenStoreException e) {
            List<TokenKey> known = store.knownKeys();
            if (known.isEmpty()) {
                throw e;
            }
            return known.stream().flatMap(key -> copy(key).stream());
        }
    }

    /**
     * Returns the status of an account; an unreadable record has a status too, so that one bad record does not hide the
     * others.
     */
    private Optional<AccountStatus> find(TokenKey key, Supplier<Optional<TokenRecord>> record) {
        try {
            return record.get().map(this::of);
        } catch (UnreadableRecordException e) {
            return Optional.of(unreadable(key, exceptions.unreadable(key, e)));
        } catch (TokenStoreException e) {
            return Optional.of(copy(key).orElseThrow(() -> e));
        }
    }

    private Optional<AccountStatus> copy(TokenKey key) {
        return fallback.newest(key).map(copy -> of(copy, Optional.of(store.silentSince())));
    }

    AccountStatus of(TokenRecord record) {
        return of(record, Optional.empty());
    }

    private AccountStatus of(TokenRecord record, Optional<Instant> staleSince) {
        Optional<TokenException> foreign = foreign(record);
        Optional<TokenException> parentProblem =
                staleSince.isPresent() || foreign.isPresent() ? Optional.empty() : parentProblem(record);
        Health health = foreign.map(why -> foreignHealth(record, why)).orElseGet(() -> health(record, parentProblem));
        return AccountStatus.builder(record.key(), health.state(), health.since())
                .problem(health.problem())
                .detail(foreign.or(() -> parentProblem)
                        .map(TokenException::detail)
                        .orElse(record.failures().detail()))
                .consentedAt(record.grant().consentedAt())
                .generation(record.generation())
                .subject(record.subject())
                .parent(record.parent())
                .requestedScopes(record.requestedScopes())
                .grantedScopes(record.grantedScopes())
                .expiresAt(record.lifetime().expiresAt())
                .refreshAt(record.lifetime().refreshAt())
                .reconnectBy(reconnectBy(record))
                .nextAttempt(record.failures().nextAttempt())
                .claimOwner(record.claim().map(Claim::owner))
                .staleSince(staleSince)
                .unsaved(pendingWrites.holds(record.key()))
                .reconnectUrl(health.problem()
                        .filter(problem -> problem.remedy() == Remedy.RECONNECT)
                        .flatMap(problem -> reconnectUrl(
                                parentProblem.flatMap(TokenException::parent).orElse(record.key()))))
                .build();
    }

    /** Returns why a derived account cannot use its parent; empty if it can, or if it has no parent. */
    private Optional<TokenException> parentProblem(TokenRecord record) {
        try {
            record.parent().ifPresent(parent -> parents.usable(record.key(), parent));
            return Optional.empty();
        } catch (TokenStoreException e) {
            throw e;
        } catch (TokenException e) {
            return Optional.of(e);
        }
    }

    /**
     * Returns why a record must not be used here, if it belongs to another application, environment or client; empty
     * otherwise.
     */
    private Optional<TokenException> foreign(TokenRecord record) {
        return clients.find(record.key())
                .map(client -> mapper.ownership().foreign(record, client.client()))
                .orElseGet(() -> mapper.ownership().otherApplication(record));
    }

    /**
     * Returns the health of a foreign record: the problem says that it is foreign, the state is the one its owner
     * wrote.
     */
    private static Health foreignHealth(TokenRecord record, TokenException why) {
        return new Health(
                record.health().state(),
                Optional.of(why.problem()),
                record.health().since());
    }

    /** Returns the current health; over time a failing account changes from DEGRADED to STALLED. */
    private Health health(TokenRecord record, Optional<TokenException> parentProblem) {
        Health stored = record.health();
        Instant end = record.lifetime().schedule().expiresAt();
        if (parentProblem.isPresent()) {
            boolean valid = time.now().isBefore(end);
            ConnectionState state = valid ? ConnectionState.NOT_REFRESHABLE : ConnectionState.NEEDS_REAUTH;
            return stored.become(state, parentProblem.get().problem(), valid ? record.updatedAt() : end);
        }
        return stored.state() == ConnectionState.DEGRADED && !time.now().isBefore(end)
                ? new Health(ConnectionState.STALLED, stored.problem(), end)
                : stored;
    }

    private static Optional<Instant> reconnectBy(TokenRecord record) {
        return record.health().state() == ConnectionState.NOT_REFRESHABLE
                ? record.lifetime().expiresAt()
                : record.lifetime().refreshTokenExpiresAt();
    }

    private AccountStatus unreadable(TokenKey key, TokenException why) {
        return AccountStatus.builder(key, ConnectionState.UNREADABLE, time.now())
                .problem(Optional.of(why.problem()))
                .detail(why.detail())
                .unsaved(pendingWrites.holds(key))
                .reconnectUrl(why.problem() == Problem.RECORD_UNREADABLE ? reconnectUrl(key) : Optional.empty())
                .build();
    }

    private Optional<URI> reconnectUrl(TokenKey key) {
        return exceptions.reconnectUrl(key);
    }
}
