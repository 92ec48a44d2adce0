package dev.evertoken.internal.refresh;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.RetryQueue;
import dev.evertoken.internal.client.TaskQueue;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.TokenRecord;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outcomes of calls that may have spent a refresh token, and that the store did not accept: the record still has
 * the claim of this process, although no response will be saved under it.
 *
 * <p>This process knows that such a claim has ended, and does not wait for it as for a peer's. The outcome is written
 * as soon as the store works again, so that it is known to other processes too (protocol.md C5). An outcome that is
 * still unwritten when the engine closes is found by the next process, when the claim lapses. Thread-safe.
 */
public final class UnrecordedOutcomes {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    /** After this number of attempts, the claim has lapsed for every process. */
    private static final int MOST_ATTEMPTS = 1_000;

    private final Settlement settlement;
    private final Claims claims;
    private final TaskQueue saving;
    private final RetryQueue retries;

    /** @param closing completes when no further work may be started */
    public UnrecordedOutcomes(
            Settlement settlement, Claims claims, Timekeeper time, TaskQueue saving, CompletableFuture<Void> closing) {
        this.settlement = settlement;
        this.claims = claims;
        this.saving = saving;
        this.retries = new RetryQueue(time, Backoff.betweenAttempts(), MOST_ATTEMPTS, closing);
    }

    /**
     * Keeps the outcome of a call until it is written.
     *
     * @param change the change of the record, which releases the claim
     */
    void keep(TokenRecord claimed, String claimId, Function<TokenRecord, TokenRecord.Builder> change) {
        claims.keepEnded(claimed.key(), claimId);
        retries.repeat(new Write(this, claimed, claimId, change), saving);
    }

    /** Writes one outcome. */
    private record Write(
            UnrecordedOutcomes outcomes,
            TokenRecord claimed,
            String claimId,
            Function<TokenRecord, TokenRecord.Builder> change)
            implements RetryQueue.Task {

        @Override
        public boolean attempt(int number) {
            try {
                var unused = outcomes.settlement.release(claimed, claimId, change);
                giveUp();
                return true;
            } catch (TokenException e) {
                log.debug("{}: attempt {} failed", this, number, e);
                return false;
            }
        }

        @Override
        public void giveUp() {
            outcomes.claims.forgetEnded(claimed.key(), claimId);
        }

        @Override
        public String toString() {
            return claimed.key() + ": recording the outcome of a call";
        }
    }
}
