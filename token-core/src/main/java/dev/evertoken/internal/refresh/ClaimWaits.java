package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How a cycle waits for others: a moment at a time, looking again after each, and not for ever (table W of the protocol).
 * Each of them throws a {@link TokenException} with {@link Problem#HELD_BY_PEER} when it has waited long enough, when
 * everything closes, or when the thread is told to stop. Thread-safe.
 */
final class ClaimWaits {

    private final Claims claims;
    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Settings settings;
    private final CompletableFuture<Void> closing;

    ClaimWaits(EngineContext context) {
        this.claims = context.claims();
        this.exceptions = context.exceptions();
        this.time = context.time();
        this.settings = context.settings();
        this.closing = context.closing();
    }

    /** Waits a moment for the peer that holds the claim of a record, if one does. Then load again. */
    void forPeer(RefreshAttempt attempt, TokenRecord record) {
        Claim peers = record.claim().orElse(null);
        if (peers == null) {
            return;
        }
        Duration waited = attempt.waitedFor(peers, time.nanos());
        boolean patient = waited.compareTo(settings.longestWait(peers.duration())) < 0 && !closing.isDone();
        if (patient && pause(attempt)) {
            return;
        }
        throw exceptions.problem(
                attempt.key(),
                Problem.HELD_BY_PEER,
                peers.owner() + " is refreshing this account and did not end within " + waited.toMillis() + " ms",
                peers.deadline());
    }

    /** Waits a moment for the other account that is spending the same refresh token. */
    void forOtherAccount(RefreshAttempt attempt) {
        Duration waited = attempt.waitedForOther(time.nanos());
        boolean patient = waited.compareTo(settings.longestWait(settings.claimDuration())) < 0 && !closing.isDone();
        if (!patient || !pause(attempt)) {
            throw exceptions.problem(
                    attempt.key(),
                    Problem.HELD_BY_PEER,
                    "another account with the same refresh token is being refreshed and did not end within "
                            + waited.toMillis() + " ms");
        }
    }

    /** Returns false if this thread is told to stop waiting. */
    private boolean pause(RefreshAttempt attempt) {
        try {
            claims.pause(attempt.nextWait(), closing);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
