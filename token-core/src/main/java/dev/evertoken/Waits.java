package dev.evertoken;

import dev.evertoken.model.Claim;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * How a cycle waits for others: a moment at a time, looking again after each, and not for ever (table W of the protocol).
 * Each of them throws a {@link TokenException} with {@link Problem#HELD_BY_PEER} when it has waited long enough, when
 * everything closes, or when the thread is told to stop. Thread-safe.
 */
final class Waits {

    private final Claims claims;
    private final Explain explain;
    private final Timekeeper time;
    private final Settings settings;
    private final CompletableFuture<Void> closing;

    Waits(Workshop workshop) {
        this.claims = workshop.claims();
        this.explain = workshop.explain();
        this.time = workshop.time();
        this.settings = workshop.settings();
        this.closing = workshop.closing();
    }

    /** Waits a moment for the peer that holds the claim of a record, if one does. Then load again. */
    void forPeer(Turn turn, TokenRecord record) {
        Claim peers = record.claim().orElse(null);
        if (peers == null) {
            return;
        }
        Duration waited = turn.waitedFor(peers, time.nanos());
        boolean patient = waited.compareTo(settings.longestWait(peers.duration())) < 0 && !closing.isDone();
        if (patient && pause(turn)) {
            return;
        }
        throw explain.problem(
                turn.key(),
                Problem.HELD_BY_PEER,
                peers.owner() + " is refreshing this account and did not end within " + waited.toMillis() + " ms",
                peers.deadline());
    }

    /** Waits a moment for the other account that is spending the same refresh token. */
    void forOtherAccount(Turn turn) {
        Duration waited = turn.waitedForOther(time.nanos());
        boolean patient = waited.compareTo(settings.longestWait(settings.claimDuration())) < 0 && !closing.isDone();
        if (!patient || !pause(turn)) {
            throw explain.problem(
                    turn.key(),
                    Problem.HELD_BY_PEER,
                    "another account with the same refresh token is being refreshed and did not end within "
                            + waited.toMillis() + " ms");
        }
    }

    /** Returns false if this thread is told to stop waiting. */
    private boolean pause(Turn turn) {
        try {
            claims.pause(turn.nextWait(), closing);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
