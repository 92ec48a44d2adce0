package dev.evertoken.internal.transfer;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.RecordSeals;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.model.ResealReport;
import dev.evertoken.model.ResealReport.Outcome;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.operations.SealedSecrets.Seal;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Seals the record of one account with the current key, by one compare-and-set on the revision that was read. A record
 * with a running claim is not changed, because another process refreshes it. Thread-safe.
 */
public final class AccountReseal {

    /**
     * The maximum number of attempts for a record that other processes change at the same time; it is then tried later.
     */
    private static final int MOST_ATTEMPTS = 3;

    private final TransferSide own;
    private final RecordSeals seals;
    private final ClientRegistry clients;
    private final PendingWrites pendingWrites;
    private final FailureRows failures;

    AccountReseal(TransferSide own, ClientRegistry clients, PendingWrites pendingWrites, TokenExceptions exceptions) {
        this.own = own;
        this.seals = own.mapper().seals();
        this.clients = clients;
        this.pendingWrites = pendingWrites;
        this.failures = new FailureRows(exceptions);
    }

    public Stream<TokenKey> keys() {
        return own.store().keys();
    }

    /** @throws TokenStoreException if the store fails; repeating the call is safe */
    public ResealReport.Row reseal(TokenKey key) {
        return failures.row(key, this::resealed, AccountReseal::failed);
    }

    private ResealReport.Row resealed(TokenKey key) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            pendingWrites.settleFirst(key);
            Optional<TokenRecord> stored = own.store().loadStored(key);
            Optional<Outcome> settled = stored.isPresent() ? settled(stored.get()) : Optional.of(Outcome.GONE);
            if (settled.isPresent()) {
                return row(key, settled.get());
            }
            if (isBusy(stored.get())) {
                break;
            }
            TokenRecord next = seals.sealedAgain(own.store().withUnwritten(stored.get()), client(key));
            if (own.store().compareAndSet(key, stored.get().revision(), next)) {
                return row(key, Outcome.RESEALED);
            }
        }
        return row(key, Outcome.BUSY);
    }

    /** Returns the outcome for a record that needs no write. */
    private Optional<Outcome> settled(TokenRecord stored) {
        Seal seal = seals.of(stored);
        if (seal == Seal.OTHER_APPLICATION) {
            return Optional.of(Outcome.OTHER_APPLICATION);
        }
        if (seal == Seal.KEPT_CLEAR) {
            return Optional.of(Outcome.KEPT_CLEAR);
        }
        boolean current = seal == Seal.CURRENT
                && client(stored.key())
                        .filter(client -> seals.namesByEarlierKey(stored, client))
                        .isEmpty();
        return current ? Optional.of(Outcome.ALREADY_CURRENT) : Optional.empty();
    }

    private boolean isBusy(TokenRecord stored) {
        return own.claims().isUnspent(stored) || own.claims().standing(stored, "") == Standing.LIVE;
    }

    private Optional<Client> client(TokenKey key) {
        return clients.find(key).map(RegisteredClient::client);
    }

    private static ResealReport.Row row(TokenKey key, Outcome outcome) {
        return new ResealReport.Row(key, outcome, Optional.empty());
    }

    private static ResealReport.Row failed(TokenKey key, TokenException why) {
        return new ResealReport.Row(key, Outcome.FAILED, Optional.of(why));
    }
}
