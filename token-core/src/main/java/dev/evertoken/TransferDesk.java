package dev.evertoken;

import dev.evertoken.model.KeyRing;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenStore;
import java.time.Duration;
import java.util.function.Function;

/**
 * What a transfer needs of the engine. Thread-safe.
 *
 * @param keys the key ring of these tokens
 * @param records makes records by the namespace and environment of these tokens, for any key ring
 */
record TransferDesk(Workshop workshop, Clients clients, KeyRing keys, Function<KeyRing, Records> records) {

    private static final Backoff PAUSES = Backoff.betweenSaves(Duration.ofSeconds(5));

    Transfer importing(TokenStore source) {
        return new Transfer(this, new Transfer.Way(source, true), keys);
    }

    Transfer exporting(TokenStore target) {
        return new Transfer(this, new Transfer.Way(target, false), keys);
    }

    AccountTransfer step(Transfer.Way way, KeyRing otherKeys, boolean moving) {
        KeyRing targets = way.importing() ? keys : otherKeys;
        if (targets.active().isEmpty()) {
            throw new IllegalStateException(
                    "the tokens would be in clear text in the target: give it a key ring, which seals them");
        }
        TransferSide own = new TransferSide(workshop.store(), workshop.records(), workshop.claims());
        TransferSide other = otherSide(way.other(), otherKeys);
        return way.importing()
                ? new AccountTransfer(other, own, clients, workshop, moving)
                : new AccountTransfer(own, other, clients, workshop, moving);
    }

    private TransferSide otherSide(TokenStore store, KeyRing otherKeys) {
        WatchedStore watched = new WatchedStore(store, time(), new Unwritten(1));
        Records theirs = records.apply(otherKeys);
        return new TransferSide(
                watched, theirs, new Claims(watched, theirs, time(), workshop.settings(), AccountTransfer.OWNER));
    }

    Timekeeper time() {
        return workshop.time();
    }

    /** Returns how long a transfer waits for a store that does not answer, or for accounts that are being refreshed. */
    Duration patience() {
        return workshop.settings().longestWait(workshop.settings().claimDuration());
    }

    /** Waits before the next attempt; returns false if everything is closing, or this thread is to stop. */
    boolean pause(int attempts) {
        try {
            return !time().await(workshop.closing(), PAUSES.delay(attempts));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
