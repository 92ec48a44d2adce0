package dev.evertoken;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.AuthorizationFlow;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.ExchangeRequest;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges a code: one call, and a second one only where the provider has refused the first and said that it will
 * know the code in a moment. Tells the client's breaker what it learned. Thread-safe.
 */
final class CodeExchange {

    private static final Logger log = LoggerFactory.getLogger(CodeExchange.class);

    /** A person waits for the answer. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Refusals that are about the client or the moment, not about the code. */
    private static final Set<TokenVerdict.Kind> LEAVE_THE_CODE =
            EnumSet.of(TokenVerdict.Kind.CLIENT_INVALID, TokenVerdict.Kind.APP_BLOCKED, TokenVerdict.Kind.RATE_LIMITED);

    private final Workshop workshop;

    CodeExchange(Workshop workshop) {
        this.workshop = workshop;
    }

    ExchangeOutcome exchange(RoundTrip trip, Registered registered, AuthorizationFlow flow, Secret code) {
        ExchangeRequest request = new ExchangeRequest(
                trip.key(),
                registered.client(),
                code,
                trip.redirectUri(),
                trip.codeVerifier(),
                trip.temporary(),
                trip.scopes(),
                workshop.settings().callDeadline(),
                workshop.time());
        ExchangeOutcome first = ask(flow, request);
        Optional<Duration> pause = toldPause(first);
        if (pause.isEmpty()) {
            return noted(trip, registered, first);
        }
        await(trip, pause.get());
        return noted(trip, registered, ask(flow, request));
    }

    private static ExchangeOutcome ask(AuthorizationFlow flow, ExchangeRequest request) {
        try {
            return flow.exchange(request);
        } catch (TokenException e) {
            throw e;
        } catch (RuntimeException e) {
            log.warn("{}: the authorization flow failed", request.key(), e);
            return new ExchangeOutcome.MaybeSent(TokenVerdict.of(
                    TokenVerdict.Kind.UNKNOWN,
                    Problem.INTERNAL,
                    "the authorization flow failed with " + e.getClass().getName()));
        }
    }

    private Optional<Duration> toldPause(ExchangeOutcome outcome) {
        if (!(outcome instanceof ExchangeOutcome.Refused refused)
                || refused.verdict().kind() != TokenVerdict.Kind.TRANSIENT) {
            return Optional.empty();
        }
        return refused.verdict()
                .until()
                .map(until -> Duration.between(workshop.time().now(), until))
                .filter(pause -> pause.compareTo(LONGEST_PAUSE) <= 0);
    }

    private void await(RoundTrip trip, Duration pause) {
        try {
            if (workshop.time().await(workshop.closing(), pause)) {
                throw new IllegalStateException("this Tokens is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw workshop.explain()
                    .because(
                            trip.key(),
                            Problem.CONSENT_FAILED,
                            "the thread was interrupted before the provider knew the code",
                            e);
        }
    }

    private ExchangeOutcome noted(RoundTrip trip, Registered registered, ExchangeOutcome outcome) {
        if (outcome instanceof ExchangeOutcome.Answered) {
            registered.health().succeeded(trip.key());
        } else if (outcome instanceof ExchangeOutcome.Refused refused
                && LEAVE_THE_CODE.contains(refused.verdict().kind())) {
            registered
                    .health()
                    .rejected(trip.key(), refused.verdict(), workshop.time().now());
        }
        return outcome;
    }

    /** Tells whether the same redirect may be completed again. */
    boolean leavesTheCode(ExchangeOutcome outcome) {
        return outcome instanceof ExchangeOutcome.NotSent
                || (outcome instanceof ExchangeOutcome.Refused refused
                        && LEAVE_THE_CODE.contains(refused.verdict().kind()));
    }

    /** @throws TokenException that says why there are no tokens */
    TokenAnswer answer(RoundTrip trip, ExchangeOutcome outcome) {
        if (outcome instanceof ExchangeOutcome.Answered answered) {
            if (answered.answer().accessToken().isEmpty()) {
                throw failed(trip, Problem.CONSENT_FAILED, "the provider answered without an access token");
            }
            return answered.answer();
        }
        if (outcome instanceof ExchangeOutcome.NotSent notSent) {
            throw failed(trip, notSent.problem(), notSent.detail() + "; the same redirect can be completed again");
        }
        if (outcome instanceof ExchangeOutcome.Refused refused) {
            TokenVerdict verdict = refused.verdict();
            Problem problem = leavesTheCode(outcome) ? verdict.problem() : withoutTheCode(verdict);
            throw workshop.explain()
                    .problem(
                            trip.key(),
                            problem,
                            verdict.detail(),
                            verdict.until().orElse(null));
        }
        TokenVerdict verdict = ((ExchangeOutcome.MaybeSent) outcome).verdict();
        throw failed(trip, withoutTheCode(verdict), verdict.detail() + "; the code may be used up");
    }

    /** A code is not sent again, so what would ask for another attempt asks for another consent. */
    private static Problem withoutTheCode(TokenVerdict verdict) {
        Remedy remedy = verdict.problem().remedy();
        boolean starts = remedy == Remedy.RETRY || remedy == Remedy.WAIT || remedy == Remedy.RECONNECT;
        return starts ? Problem.CONSENT_FAILED : verdict.problem();
    }

    private TokenException failed(RoundTrip trip, Problem problem, String detail) {
        return workshop.explain().problem(trip.key(), problem, detail);
    }
}
