package dev.evertoken;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one call to the provider: what it is told, the last look at the clock before the first byte (rule C3),
 * and what a refresher that throws amounts to. Thread-safe.
 */
final class ProviderCall {

    private static final Logger log = LoggerFactory.getLogger(ProviderCall.class);

    private final Records records;
    private final Claims claims;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final CompletableFuture<Void> closing;

    ProviderCall(Workshop workshop) {
        this.records = workshop.records();
        this.claims = workshop.claims();
        this.time = workshop.time();
        this.callDeadline = workshop.settings().callDeadline();
        this.closing = workshop.closing();
    }

    /** Calls; {@code insideClaim}: only while the claim lasts. */
    RefreshOutcome ask(Turn turn, TokenRecord claimed, boolean insideClaim) {
        AtomicBoolean sent = new AtomicBoolean();
        RefreshRequest.SendPermit permit = () -> {
            boolean may = !closing.isDone() && (!insideClaim || claims.maySend(turn.claimedNanos()));
            if (may) {
                sent.set(true);
            } else {
                turn.isHeldBack();
            }
            return may;
        };
        try {
            return turn.client().refresher().refresh(request(turn, claimed, permit));
        } catch (RuntimeException e) {
            log.warn("{}: the refresher failed", turn.key(), e);
            String detail = "the refresher failed with " + e.getClass().getName();
            return sent.get()
                    ? new RefreshOutcome.MaybeSent(TokenVerdict.of(TokenVerdict.Kind.UNKNOWN, Problem.INTERNAL, detail))
                    : new RefreshOutcome.NotSent(Problem.INTERNAL, detail);
        }
    }

    private RefreshRequest request(Turn turn, TokenRecord claimed, RefreshRequest.SendPermit permit) {
        Duration age = Duration.between(claimed.lifetime().issuedAt(), time.now());
        DialectContext context =
                new DialectContext(EndpointKind.REFRESH, age, claimed.grantedScopes(), DialectContext.TokenOf.USER);
        return new RefreshRequest(
                turn.key(), turn.client().client(), records.tokens(claimed), context, callDeadline, permit, time);
    }
}
