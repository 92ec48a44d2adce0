package dev.evertoken.internal.transfer;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.Claims;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.internal.refresh.UnspentClaims;
import dev.evertoken.model.KeyRing;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;

/**
 * The parts of the engine that a transfer and a reseal use. Thread-safe.
 *
 * @param own the store of these tokens
 * @param keys the key ring of these tokens
 * @param mappers creates mappers for the namespace and environment of these tokens, for any key ring and store
 * @param closing done as soon as no transfer may continue
 */
public record TransferContext(
        TransferSide own,
        PendingWrites pendingWrites,
        ClientRegistry clients,
        KeyRing keys,
        BiFunction<KeyRing, TokenStore, RecordMapper> mappers,
        TokenExceptions exceptions,
        Timekeeper time,
        Settings settings,
        CompletableFuture<Void> closing) {

    private static final Backoff PAUSES = Backoff.betweenSaves(Duration.ofSeconds(5));

    public AccountTransfer step(TransferDirection direction, KeyRing otherKeys, boolean moving) {
        KeyRing targets = direction.importing() ? keys : otherKeys;
        if (targets.active().isEmpty()) {
            throw new IllegalStateException(
                    "the target would contain the tokens in clear text; set a key ring to encrypt them");
        }
        TransferSide other = otherSide(direction.other(), otherKeys);
        TransferSide source = direction.importing() ? other : own;
        TransferSide target = direction.importing() ? own : other;
        return new AccountTransfer(
                source, target, clients, own.mapper().newId(), pendingWrites, exceptions, time, moving);
    }

    /** @throws IllegalStateException without a key ring */
    public AccountReseal reseal() {
        if (keys.active().isEmpty()) {
            throw new IllegalStateException("there is no key to seal the records with; set a key ring");
        }
        return new AccountReseal(own, clients, pendingWrites, exceptions);
    }

    private TransferSide otherSide(TokenStore store, KeyRing otherKeys) {
        MonitoredStore monitored = new MonitoredStore(store, time, new UnwrittenRecords(1), settings.saveRetryCap());
        RecordMapper theirs = mappers.apply(otherKeys, store);
        UnspentClaims none = new UnspentClaims(monitored, theirs, time, TaskQueue.of(Runnable::run), Duration.ZERO);
        Claims claims = new Claims(monitored, none, theirs, time, settings, AccountTransfer.OWNER, exceptions, closing);
        return new TransferSide(monitored, theirs, claims, key -> {});
    }

    /** Returns how long a transfer waits for an unavailable store, or for accounts that are being refreshed. */
    public Duration patience() {
        return settings.longestWait(settings.claimDuration());
    }

    /** Waits before the next attempt; returns false if the engine is closing, or this thread should stop. */
    public boolean pause(int attempts) {
        try {
            return !time.await(closing, PAUSES.delay(attempts));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
