package dev.evertoken;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.util.Optional;
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

    /** What a refresher answers when its permit says no. */
    static final RefreshOutcome TOO_LATE =
            new RefreshOutcome.NotSent(Problem.WAIT_TIMEOUT, "the claim is too old to be used");

    private final Records records;
    private final AppGrant appGrant;
    private final Claims claims;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final CompletableFuture<Void> closing;

    ProviderCall(Workshop workshop) {
        this.records = workshop.records();
        this.appGrant = new AppGrant(workshop);
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
            return refresher(turn, claimed).refresh(request(turn, claimed, permit));
        } catch (RuntimeException e) {
            log.warn("{}: the refresher failed", turn.key(), e);
            String detail = "the refresher failed with " + e.getClass().getName();
            return sent.get()
                    ? new RefreshOutcome.MaybeSent(TokenVerdict.of(TokenVerdict.Kind.UNKNOWN, Problem.INTERNAL, detail))
                    : new RefreshOutcome.NotSent(Problem.INTERNAL, detail);
        }
    }

    /** Most accounts have a grant of their own; others live off a parent's token, or off the client's word. */
    private Refresher refresher(Turn turn, TokenRecord claimed) {
        if (claimed.parent().isPresent()) {
            return rederivation(turn, claimed);
        }
        return claimed.refreshModel() == RefreshModel.REISSUED
                ? reissue(turn)
                : turn.client().refresher();
    }

    private Refresher reissue(Turn turn) {
        return request -> request.permit().maySend() ? appGrant.ask(turn.client()) : TOO_LATE;
    }

    private static Refresher rederivation(Turn turn, TokenRecord child) {
        Optional<Derivation> derivation = turn.client().provider().derivation();
        Optional<HeldTokens> parent = turn.parent().held();
        if (derivation.isEmpty() || parent.isEmpty() || child.subject().isEmpty()) {
            RefreshOutcome none = new RefreshOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "provider " + turn.client().provider().id() + " does not derive this account's token from another");
            return request -> none;
        }
        return new Rederivation(derivation.get(), parent.get(), child.subject().get());
    }

    private RefreshRequest request(Turn turn, TokenRecord claimed, RefreshRequest.SendPermit permit) {
        Duration age = Duration.between(claimed.lifetime().issuedAt(), time.now());
        DialectContext context =
                new DialectContext(EndpointKind.REFRESH, age, claimed.grantedScopes(), Records.tokenOf(claimed));
        return new RefreshRequest(
                turn.key(), turn.client().client(), records.tokens(claimed), context, callDeadline, permit, time);
    }
}
