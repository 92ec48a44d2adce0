package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.record.RecordMapper;
import dev.evertoken.internal.refresh.UnspentClaims.Unspent;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.SecretPart;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The state of one run of the cycle: the account, the requirement, and the progress so far. Used by one thread. */
final class RefreshAttempt implements AutoCloseable {

    private final Cell cell;
    private final RegisteredClient client;
    private final TokenRequirement requirement;
    private final ParentToken parent;
    private final String claimId;
    private final Consumer<TokenEvent> events;
    private final AtomicBoolean withheld = new AtomicBoolean();
    private final List<Runnable> cleanups = new ArrayList<>();
    private Journal.@Nullable Slot slot;
    private boolean storeFailed;
    private boolean usesCopy;
    private long history;
    private boolean withheldBefore;
    private boolean probing;
    private long claimedNanos;
    private boolean longCall;
    private boolean claiming;
    private @Nullable Unspent claim;
    private boolean spent;
    private @Nullable Claims unspentClaims;
    private int waits;
    private @Nullable SecretPart openedPart;
    private @Nullable TokenSet opened;
    private @Nullable RefusedGrant refusedGrant;
    private @Nullable Instant unknownSince;
    private String awaitedClaimId = "";
    private long waitingSinceNanos;

    RefreshAttempt(
            Cell cell,
            RegisteredClient client,
            TokenRequirement requirement,
            ParentToken parent,
            Consumer<TokenEvent> events,
            String claimId) {
        this.parent = parent;
        this.events = events;
        this.cell = cell;
        this.client = client;
        this.requirement = requirement;
        this.claimId = claimId;
    }

    TokenKey key() {
        return cell.key();
    }

    Cell cell() {
        return cell;
    }

    RegisteredClient client() {
        return client;
    }

    TokenRequirement requirement() {
        return requirement;
    }

    /** A grant that the provider refused, and which is to be marked as invalid once no peer refreshes it. */
    record RefusedGrant(TokenRecord claimed, TokenVerdict verdict) {}

    /** Returns the refused grant that is still to be marked. */
    Optional<RefusedGrant> refusedGrant() {
        return Optional.ofNullable(refusedGrant);
    }

    /** Sets the refused grant that is still to be marked; null once it is marked. */
    void setRefusedGrant(@Nullable RefusedGrant refused) {
        refusedGrant = refused;
    }

    /** Returns the opened tokens of a record; the secrets of one generation are opened once in an attempt. */
    TokenSet tokens(TokenRecord record, RecordMapper opener) {
        TokenSet known = opened;
        if (known == null || !record.secrets().equals(openedPart)) {
            known = opener.tokens(record);
            opened(record, known);
        }
        return known;
    }

    /** Keeps tokens that were just sealed into a record. */
    void opened(TokenRecord record, TokenSet tokens) {
        openedPart = record.secrets();
        opened = tokens;
    }

    /** Returns the token of the account's parent, empty until the parent's cycle has run. */
    ParentToken parent() {
        return parent;
    }

    /** Sets the history of the store that was known before the current decision. */
    void setHistory(long known) {
        history = known;
    }

    long history() {
        return history;
    }

    /** Returns the claim id of this attempt, kept over retries so that the attempt recognizes its own claim. */
    String claimId() {
        return claimId;
    }

    /** Records that a claim is about to be written. The first time counts, since that write may have succeeded. */
    void startClaim(long nowNanos) {
        if (!claiming) {
            claiming = true;
            claimedNanos = nowNanos;
        }
    }

    long claimedNanos() {
        return claimedNanos;
    }

    /**
     * Records that this attempt's claim may be stored, and that nothing has been spent under it.
     *
     * @param revision the revision of the record that was last known to be stored
     */
    void claimMayBeStored(long revision) {
        claim = new Unspent(key(), claimId, revision);
        spent = false;
    }

    /** Records that this attempt's claim is not stored any more. */
    void claimIsGone() {
        claim = null;
    }

    /**
     * Sets whether the refresh token may have been spent: from the permission to send it, until an outcome shows that
     * it was not.
     */
    void setSpent(boolean maybe) {
        spent = maybe;
    }

    /**
     * Returns since when the outcome of this attempt's call is unknown; the first time counts, also if the attempt
     * continues.
     */
    Instant unknownSince(Instant moment) {
        if (unknownSince == null) {
            unknownSince = moment;
        }
        return unknownSince;
    }

    /** Returns whether the refresh token may have been spent. */
    boolean isSpent() {
        return spent;
    }

    /** Sets the receiver of this attempt's claim, if it may be left in the store and nothing was spent under it. */
    void leavesUnspentClaimTo(Claims receiver) {
        unspentClaims = receiver;
    }

    /** Records that the request was withheld: the claim is too old, or the engine is closing. */
    void holdBack() {
        withheld.set(true);
    }

    boolean isWithheld() {
        return withheld.get();
    }

    /**
     * Returns true once after the request was withheld, and lets the attempt claim again. After such a delay the record
     * is loaded again, since a peer may have refreshed it.
     */
    boolean claimAgainIfWithheld() {
        boolean first = withheld.get() && !withheldBefore;
        if (first) {
            withheldBefore = true;
            claimAnew();
        }
        return first;
    }

    /** Returns how long this attempt has been waiting for another account that uses the same refresh token. */
    Duration waitedForOther(long nowNanos) {
        if (waits == 0) {
            waitingSinceNanos = nowNanos;
        }
        return Duration.ofNanos(nowNanos - waitingSinceNanos);
    }

    /** Sets whether this attempt is the probe of a client that is suspended. */
    void setProbe(boolean isProbe) {
        probing = isProbe;
    }

    /** Ends a probe that was inconclusive about the client, so that another account may probe. */
    void endProbe() {
        if (probing) {
            probing = false;
            client.health().undecided(key());
        }
    }

    /** Records whether the call to the provider took so long that a missing response is due to a timeout. */
    void called(boolean tookLong) {
        longCall = tookLong;
    }

    /** Ends a call that brought no response, and the probe if it was one. */
    void endWithoutResponse(Instant now) {
        if (longCall && !isWithheld()) {
            client.health().timedOut(key(), probing, now);
            probing = false;
        } else {
            endProbe();
        }
    }

    /** Sets whether the store is unavailable and a copy of the record is used instead. */
    void setUsesCopy(boolean copy) {
        usesCopy = copy;
    }

    /** Returns whether the record may be outdated, so that no permanent conclusion may be drawn from it. */
    boolean usesCopy() {
        return usesCopy;
    }

    /** Returns how long this attempt has been waiting for this claim. */
    Duration waitedFor(Claim peers, long nowNanos) {
        if (!peers.id().equals(awaitedClaimId)) {
            awaitedClaimId = peers.id();
            waitingSinceNanos = nowNanos;
        }
        return Duration.ofNanos(nowNanos - waitingSinceNanos);
    }

    boolean hasNotWaited() {
        return waits == 0;
    }

    int nextWait() {
        return waits++;
    }

    /** Publishes an event once the slot is free. */
    void tell(TokenEvent event) {
        events.accept(event);
    }

    /**
     * Returns an attempt that continues this one after its run has ended. It takes over the claim, the journal slot and the
     * actions that run at the end.
     *
     * @param listener receives the events of the continued attempt
     */
    RefreshAttempt continued(Consumer<TokenEvent> listener) {
        RefreshAttempt next = new RefreshAttempt(cell, client, requirement, parent, listener, claimId);
        next.startClaim(claimedNanos);
        next.openedPart = openedPart;
        next.opened = opened;
        next.slot = slot;
        next.unknownSince = unknownSince;
        next.cleanups.addAll(cleanups);
        slot = null;
        cleanups.clear();
        return next;
    }

    /** Returns the journal slot reserved for the response, reserving one on the first call. */
    Journal.Slot room(Journal journal) {
        if (slot == null) {
            slot = journal.reserve(key());
        }
        return slot;
    }

    /**
     * Returns true once: a store that failed may have written the claim nevertheless, so one more load is worthwhile.
     */
    boolean isFirstStoreFailure() {
        boolean first = !storeFailed;
        storeFailed = true;
        return first;
    }

    /** Registers an action that runs when this attempt ends or claims again. */
    void onClose(Runnable cleanup) {
        cleanups.add(cleanup);
    }

    /** Cleans up, and hands over a claim that is left in the store although nothing was spent under it. */
    @Override
    public void close() {
        cleanUp();
        Unspent left = claim;
        claim = null;
        if (left != null && !spent && unspentClaims != null) {
            unspentClaims.keepUnspent(left);
        }
    }

    /** Runs the registered actions, and frees the journal slot if nothing was written to it. */
    private void cleanUp() {
        for (Runnable cleanup : cleanups) {
            cleanup.run();
        }
        cleanups.clear();
        if (slot != null) {
            slot.close();
            slot = null;
        }
    }

    /** Lets the attempt claim again, such as after a response without an access token. */
    void claimAnew() {
        claiming = false;
        withheld.set(false);
        cleanUp();
    }
}
