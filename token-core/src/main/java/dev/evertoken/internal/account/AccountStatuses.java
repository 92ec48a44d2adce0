package dev.evertoken.internal.account;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordPages;
import dev.evertoken.internal.refresh.Obstacle;
import dev.evertoken.internal.refresh.OutageFallback;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.internal.refresh.PendingWrites.Unsaved;
import dev.evertoken.internal.refresh.RequestOutlook;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Returns the status of accounts, from their records and the memory of this process: no provider is called and no
 * secret is opened. Thread-safe.
 */
public final class AccountStatuses {

    private final MonitoredStore store;
    private final PendingWrites pendingWrites;
    private final OutageFallback fallback;
    private final RequestOutlook outlook;
    private final TokenExceptions exceptions;
    private final StatusDerivation derivation;
    private final Executor threads;

    /** @param threads read the records of many accounts while the caller uses the statuses of others */
    public AccountStatuses(
            MonitoredStore store,
            PendingWrites pendingWrites,
            OutageFallback fallback,
            RequestOutlook outlook,
            TokenExceptions exceptions,
            Timekeeper time,
            Executor threads) {
        this.store = store;
        this.pendingWrites = pendingWrites;
        this.fallback = fallback;
        this.outlook = outlook;
        this.exceptions = exceptions;
        this.derivation = new StatusDerivation(exceptions, time);
        this.threads = threads;
    }

    /**
     * An account that was found. Immutable.
     *
     * @param record the record, or the copy of it, that the status comes from; empty if it cannot be read
     */
    record Found(AccountStatus status, Optional<TokenRecord> record) {}

    /** @throws dev.evertoken.model.NotConnectedException if nothing is stored for the account */
    public AccountStatus of(TokenKey key) {
        return find(key).map(Found::status).orElseThrow(() -> exceptions.notConnected(key, store.absence(key)));
    }

    /**
     * Returns the status of all accounts of this application, lazily. While the store is unavailable, returns the
     * accounts of which it has copies in other places. The caller closes the stream.
     *
     * @throws TokenStoreException if the store is unavailable and no copy is known
     */
    public Stream<AccountStatus> all() {
        return found(key -> true).map(Found::status);
    }

    /** Returns an account; empty if nothing is stored for it. */
    Optional<Found> find(TokenKey key) {
        return find(key, () -> store.load(key), pendingWrites.unsaved(key));
    }

    /** Returns accounts like {@link #all}, with their records; reads no record of an unwanted account. */
    Stream<Found> found(Predicate<TokenKey> wanted) {
        Unsaved unsaved = pendingWrites.unsaved();
        try {
            return RecordPages.ahead(store, store.keys().filter(wanted), threads)
                    .flatMap(read -> find(read.key(), read::record, unsaved).stream());
        } catch (TokenStoreException e) {
            List<TokenKey> known = store.knownKeys();
            if (known.isEmpty()) {
                throw e;
            }
            return known.stream().filter(wanted).flatMap(key -> copy(key, unsaved, e).stream());
        }
    }

    /**
     * Returns the status of an account; an unreadable record has a status too, so that one bad record does not hide the
     * others.
     */
    private Optional<Found> find(TokenKey key, Supplier<Optional<TokenRecord>> record, Unsaved unsaved) {
        try {
            return record.get().map(found -> new Found(of(found, unsaved), Optional.of(found)));
        } catch (UnreadableRecordException e) {
            return Optional.of(new Found(unreadable(key, exceptions.unreadable(key, e), unsaved), Optional.empty()));
        } catch (TokenStoreException e) {
            return Optional.of(copy(key, unsaved, e).orElseThrow(() -> e));
        }
    }

    private Optional<Found> copy(TokenKey key, Unsaved unsaved, TokenStoreException down) {
        Instant silentSince = store.silentSince();
        return fallback.newest(key)
                .map(copy -> new Found(
                        derivation.of(
                                copy,
                                outlook.ofCopy(copy, down, silentSince),
                                unsaved.contains(key),
                                Optional.of(silentSince)),
                        Optional.of(copy)));
    }

    AccountStatus of(TokenRecord record) {
        return of(record, pendingWrites.unsaved(record.key()));
    }

    private AccountStatus of(TokenRecord record, Unsaved unsaved) {
        return derivation.of(record, outlook.of(record, unsaved), unsaved.contains(record.key()), Optional.empty());
    }

    private AccountStatus unreadable(TokenKey key, TokenException why, Unsaved unsaved) {
        Obstacle obstacle = outlook.withoutClient(key).orElseGet(() -> Obstacle.of(why));
        return derivation.unreadable(key, obstacle, unsaved.contains(key));
    }
}
