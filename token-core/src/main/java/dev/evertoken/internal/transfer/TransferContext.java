package dev.evertoken.internal.transfer;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.record.MonitoredStore;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.record.UnwrittenRecords;
import dev.evertoken.internal.refresh.Claims;
import dev.evertoken.internal.refresh.EngineContext;
import dev.evertoken.model.KeyRing;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.util.function.Function;

/**
 * The parts of the engine that a transfer uses. Thread-safe.
 *
 * @param keys the key ring of this {@code Tokens}
 * @param mapper creates records with the namespace and environment of this {@code Tokens}, for any key ring
 */
public record TransferContext(
        EngineContext context, ClientRegistry clients, KeyRing keys, Function<KeyRing, RecordMapper> mapper) {

    private static final Backoff PAUSES = Backoff.betweenSaves(Duration.ofSeconds(5));

    public AccountTransfer step(TransferDirection direction, KeyRing otherKeys, boolean moving) {
        KeyRing targets = direction.importing() ? keys : otherKeys;
        if (targets.active().isEmpty()) {
            throw new IllegalStateException(
                    "the target would contain the tokens in clear text; set a key ring to encrypt them");
        }
        TransferSide own = new TransferSide(context.store(), context.mapper(), context.claims());
        TransferSide other = otherSide(direction.other(), otherKeys);
        return direction.importing()
                ? new AccountTransfer(other, own, clients, context, moving)
                : new AccountTransfer(own, other, clients, context, moving);
    }

    private TransferSide otherSide(TokenStore store, KeyRing otherKeys) {
        MonitoredStore watched = new MonitoredStore(store, time(), new UnwrittenRecords(1));
        RecordMapper theirs = mapper.apply(otherKeys);
        return new TransferSide(
                watched, theirs, new Claims(watched, theirs, time(), context.settings(), AccountTransfer.OWNER));
    }

    public Timekeeper time() {
        return context.time();
    }

    /** Returns how long a transfer waits for an unavailable store, or for accounts that are being refreshed. */
    public Duration patience() {
        return context.settings().longestWait(context.settings().claimDuration());
    }

    /** Waits before the next attempt; returns false if the engine is closing, or this thread should stop. */
    public boolean pause(int attempts) {
        try {
            return !time().await(context.closing(), PAUSES.delay(attempts));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
