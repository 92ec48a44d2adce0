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

    /** @throws dev.evertoken.model.NotConnectedException if nothing is stored for the account */
    public AccountStatus of(TokenKey key) {
        return find(key, () -> store.load(key), pendingWrites.unsaved(key))
                .orElseThrow(() -> exceptions.notConnected(key, store.absence(key)));
    }

    /**
     * Returns the status of all accounts of this application, lazily. While the store is unavailable, returns the
     * accounts of which it has copies in other places. The caller closes the stream.
     *
     * @throws TokenStoreException if the store is unavailable and no copy is known
     */
    public Stream<AccountStatus> all() {
        Unsaved unsaved = pendingWrites.unsaved();
        try {
            return RecordPages.ahead(store, store.keys(), threads)
                    .flatMap(read -> find(read.key(), read::record, unsaved).stream());
        } catch (TokenStoreException e) {
            List<TokenKey> known = store.knownKeys();
            if (known.isEmpty()) {
                throw e;
            }
            return known.stream().flatMap(key -> copy(key, unsaved, e).stream());
        }
    }

    /**
     * Returns the status of an account; an unreadable record has a status too, so that one bad record does not hide the
     * others.
     */
    private Optional<AccountStatus> find(TokenKey key, Supplier<Optional<TokenRecord>> record, Unsaved unsaved) {
        try {
            return record.get().map(found -> of(found, unsaved));
        } catch (UnreadableRecordException e) {
            return Optional.of(unreadable(key, exceptions.unreadable(key, e), unsaved));
        } catch (TokenStoreException e) {
            return Optional.of(copy(key, unsaved, e).orElseThrow(() -> e));
        }
    }

    private Optional<AccountStatus> copy(TokenKey key, Unsaved unsaved, TokenStoreException down) {
        Instant silentSince = store.silentSince();
        return fallback.newest(key)
                .map(copy -> derivation.of(
                        copy,
                        outlook.ofCopy(copy, down, silentSince),
                        unsaved.contains(key),
                        Optional.of(silentSince)));
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
