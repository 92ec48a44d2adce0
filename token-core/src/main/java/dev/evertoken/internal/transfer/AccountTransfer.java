package dev.evertoken.internal.transfer;

import dev.evertoken.internal.client.ClientRegistry;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.PendingWrites;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.model.TransferReport;
import dev.evertoken.model.TransferReport.Outcome;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Claim.Phase;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Transfers one account from one store to another: claim it in the source, write it to the target, remove it from the
 * source. Each step is one compare-and-set and can be repeated, so an interrupted transfer is simply run again.
 * Thread-safe.
 */
public final class AccountTransfer {

    /** How long an account stays claimed in the source if the transfer is interrupted and not run again. */
    public static final Duration HOLD = Duration.ofDays(7);

    static final String OWNER = "a transfer to another store";
    private static final String CLAIM = "transfer-";

    private final TransferSide source;
    private final TransferSide target;
    private final ClientRegistry clients;
    private final PendingWrites pendingWrites;
    private final FailureRows failures;
    private final Timekeeper time;
    private final boolean moving;
    private final String claimId;

    AccountTransfer(
            TransferSide source,
            TransferSide target,
            ClientRegistry clients,
            String transferId,
            PendingWrites pendingWrites,
            TokenExceptions exceptions,
            Timekeeper time,
            boolean moving) {
        this.source = source;
        this.target = target;
        this.clients = clients;
        this.pendingWrites = pendingWrites;
        this.failures = new FailureRows(exceptions);
        this.time = time;
        this.moving = moving;
        this.claimId = CLAIM + transferId;
    }

    public Stream<TokenKey> keys() {
        return source.store().keys();
    }

    /** @throws TokenStoreException if one of the stores fails; repeating the call is safe */
    public TransferReport.Row transfer(TokenKey key) {
        try {
            return failures.row(key, this::transferred, AccountTransfer::failed);
        } finally {
            source.changed().accept(key);
            target.changed().accept(key);
        }
    }

    private TransferReport.Row transferred(TokenKey key) {
        while (true) {
            pendingWrites.settleFirst(key);
            Optional<TokenRecord> stored = source.store().load(key);
            if (stored.isEmpty()) {
                return row(key, Outcome.GONE);
            }
            if (isBusy(source, stored.get())) {
                return row(key, Outcome.BUSY);
            }
            Client client = clients.of(key).client();
            TokenSet tokens = opened(source, stored.get(), client);
            Optional<TokenRecord> held = moving ? held(stored.get()) : Optional.of(settled(stored.get()));
            Optional<TransferReport.Row> done = held.flatMap(record -> arrived(record, tokens, client));
            if (done.isPresent()) {
                return done.get();
            }
        }
    }

    // ---- the source

    /** Returns the tokens of a record if this application and its client may use it; throws the reason otherwise. */
    private static TokenSet opened(TransferSide side, TokenRecord record, Client client) {
        side.mapper().ownership().foreign(record, client).ifPresent(foreign -> {
            throw foreign;
        });
        return side.mapper().tokens(record);
    }

    private boolean isBusy(TransferSide side, TokenRecord record) {
        return !isHeldByTransfer(record) && side.claims().standing(record, claimId) == Standing.LIVE;
    }

    private static boolean isHeldByTransfer(TokenRecord record) {
        return record.claim().filter(claim -> claim.id().startsWith(CLAIM)).isPresent();
    }

    /** Claims the account in the source, so that no process refreshes it; empty if another process was first. */
    private Optional<TokenRecord> held(TokenRecord stored) {
        Claim claim = new Claim(
                claimId, OWNER, HOLD, source.store().now().orElseGet(time::now).plus(HOLD), Phase.CLAIMED);
        TokenRecord held =
                settled(stored).next().claim(claim).build(source.mapper().newRevision(), stored.updatedAt());
        return source.store().compareAndSet(stored.key(), stored.revision(), held)
                ? Optional.of(held)
                : Optional.empty();
    }

    /** Keeps a record of a call with an unknown outcome, which may have used up the refresh token (rule T3). */
    private TokenRecord settled(TokenRecord stored) {
        boolean lapsedSent = !source.claims().isUnspent(stored)
                && stored.claim().filter(claim -> claim.phase() == Phase.SENT).isPresent();
        return stored.next()
                .noClaim()
                .uncertain(stored.uncertain() + (lapsedSent ? 1 : 0))
                .build(stored.revision(), stored.updatedAt());
    }

    private Optional<TransferReport.Row> arrived(TokenRecord record, TokenSet tokens, Client client) {
        Outcome outcome;
        try {
            outcome = written(record, tokens, client);
        } catch (RuntimeException e) {
            giveBack(record, e);
            throw e;
        }
        if (!moving) {
            return Optional.of(row(record.key(), outcome));
        }
        if (!outcome.isSettled()) {
            giveBack(record);
            return Optional.of(row(record.key(), outcome));
        }
        return source.store().remove(record.key(), record.revision())
                ? Optional.of(row(record.key(), outcome))
                : Optional.empty(); // connected again in the meantime: transfer that connection too
    }

    /** Releases the claim; if that fails, the next attempt recognizes the claim as that of a transfer. */
    private void giveBack(TokenRecord record, RuntimeException why) {
        try {
            giveBack(record);
        } catch (TokenStoreException e) {
            why.addSuppressed(e);
        }
    }

    private void giveBack(TokenRecord record) {
        if (moving) {
            TokenRecord free = record.next().noClaim().build(source.mapper().newRevision(), record.updatedAt());
            source.store().compareAndSet(record.key(), record.revision(), free);
        }
    }

    // ---- the target

    private Outcome written(TokenRecord record, TokenSet tokens, Client client) {
        while (true) {
            Optional<TokenRecord> there = target.store().load(record.key());
            there.flatMap(target.mapper().ownership()::otherApplication).ifPresent(foreign -> {
                throw foreign;
            });
            if (there.isPresent() && !isOlder(there.get(), record)) {
                boolean sameGrant =
                        there.get().grant().id().equals(record.grant().id());
                return sameGrant ? Outcome.ALREADY_PRESENT : Outcome.KEPT_LATER_CONSENT;
            }
            if (there.isPresent() && isBusy(target, there.get())) {
                return Outcome.BUSY;
            }
            TokenRecord next = target.mapper().broughtHere(record, tokens, client);
            long expected = there.map(TokenRecord::revision).orElse(TokenStore.ABSENT);
            if (target.store().compareAndSet(record.key(), expected, next)) {
                return Outcome.TRANSFERRED;
            }
        }
    }

    private static boolean isOlder(TokenRecord there, TokenRecord than) {
        return there.grant().id().equals(than.grant().id())
                ? there.generation() < than.generation()
                : there.grant().consentedAt().isBefore(than.grant().consentedAt());
    }

    private static TransferReport.Row row(TokenKey key, Outcome outcome) {
        return new TransferReport.Row(key, outcome, Optional.empty());
    }

    private static TransferReport.Row failed(TokenKey key, TokenException why) {
        return new TransferReport.Row(key, Outcome.FAILED, Optional.of(why));
    }
}
