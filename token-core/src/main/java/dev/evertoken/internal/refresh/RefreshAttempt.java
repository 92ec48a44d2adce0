package dev.evertoken.internal.refresh;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.Claim;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run of the cycle: for whom, what is wanted, and how far it has come. Used by one thread. */
final class RefreshAttempt implements AutoCloseable {

    private final Cell cell;
    private final RegisteredClient client;
    private final TokenRequirement requirement;
    private final ParentToken parent;
    private final String claimId;
    private final Consumer<TokenEvent> tell;
    private final AtomicBoolean withheld = new AtomicBoolean();
    private final List<Runnable> undos = new ArrayList<>();
    private Journal.@Nullable Slot room;
    private boolean storeFailed;
    private boolean byCopy;
    private boolean withheldBefore;
    private boolean probing;
    private long claimedNanos;
    private boolean claiming;
    private int calls;
    private int waits;
    private String awaited = "";
    private long awaitedSinceNanos;

    RefreshAttempt(
            Cell cell,
            RegisteredClient client,
            TokenRequirement requirement,
            ParentToken parent,
            Consumer<TokenEvent> tell,
            String claimId) {
        this.parent = parent;
        this.tell = tell;
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

    /** Returns the token of the account's parent, as far as it has come. */
    ParentToken parent() {
        return parent;
    }

    /** Returns the one claim id of this turn, kept over retries so that an own claim is recognised. */
    String claimId() {
        return claimId;
    }

    /** Notes that a claim is about to be written; the first time counts, since that write may have succeeded. */
    void startClaim(long nowNanos) {
        if (!claiming) {
            claiming = true;
            claimedNanos = nowNanos;
        }
    }

    long claimedNanos() {
        return claimedNanos;
    }

    /** Notes that the request was not let go: the claim is too old, or everything is closing. */
    void holdBack() {
        withheld.set(true);
    }

    boolean isWithheld() {
        return withheld.get();
    }

    /**
     * Returns true once after nothing was sent because the claim was too old: whoever slept that long looks again at
     * what a peer may have brought meanwhile, or claims anew.
     */
    boolean isWithheldFirst() {
        boolean first = withheld.get() && !withheldBefore;
        if (first) {
            withheldBefore = true;
            claimAnew();
        }
        return first;
    }

    /** Returns how long this turn has been waiting for another account that spends the same refresh token. */
    Duration waitedForOther(long nowNanos) {
        if (waits == 0) {
            awaitedSinceNanos = nowNanos;
        }
        return Duration.ofNanos(nowNanos - awaitedSinceNanos);
    }

    /** Notes whether this turn is the one that tries a shut client out. */
    void probes(boolean isProbe) {
        probing = isProbe;
    }

    /** Ends a probe that told nothing of the client, so that another account may try. */
    void endsProbe() {
        if (probing) {
            probing = false;
            client.health().undecided();
        }
    }

    /** Notes that the store does not answer and a copy of the record is gone by, or not any more. */
    void goesByCopy(boolean yes) {
        byCopy = yes;
    }

    /** Tells whether what is known may be old, so that nothing may be concluded from it for good. */
    boolean goesByCopy() {
        return byCopy;
    }

    int calls() {
        return calls;
    }

    int nextCall() {
        return ++calls;
    }

    /** Returns how long this turn has been waiting for this very claim. */
    Duration waitedFor(Claim peers, long nowNanos) {
        if (!peers.id().equals(awaited)) {
            awaited = peers.id();
            awaitedSinceNanos = nowNanos;
        }
        return Duration.ofNanos(nowNanos - awaitedSinceNanos);
    }

    boolean hasNotWaited() {
        return waits == 0;
    }

    int nextWait() {
        return waits++;
    }

    /** Tells something once the slot is free. */
    void tell(TokenEvent event) {
        tell.accept(event);
    }

    /** Returns the room in the journal that is kept for an answer, taking it first if there is none yet. */
    Journal.Slot room(Journal journal) {
        if (room == null) {
            room = journal.reserve(key());
        }
        return room;
    }

    /** Returns true once: a store that failed may have written all the same, so one more load is worth it. */
    boolean storeFailedFirst() {
        boolean first = !storeFailed;
        storeFailed = true;
        return first;
    }

    /** Has something undone when this turn ends, whatever it was used for before. */
    void atTheEnd(Runnable undo) {
        undos.add(undo);
    }

    /** Frees the room in the journal if nothing was written there, and what else was taken. */
    @Override
    public void close() {
        undos.forEach(Runnable::run);
        undos.clear();
        if (room != null) {
            room.close();
            room = null;
        }
    }

    /** Lets the turn claim anew after a call that brought no access token. */
    void claimAnew() {
        claiming = false;
        withheld.set(false);
        close();
    }
}
