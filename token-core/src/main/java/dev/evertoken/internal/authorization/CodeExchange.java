package dev.evertoken.internal.authorization;

import dev.evertoken.internal.client.RegisteredClient;
import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges a code with one call. Makes a second call only if the provider has refused the first one and announced that
 * it will accept the code in a moment, or that it has refused the client and the client has another secret. Reports the
 * outcome to the client's breaker. Thread-safe.
 */
public final class CodeExchange {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.ACCOUNTS);

    /** Limited because a user is waiting for the response. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Refusals that concern the client or the moment, not the code. */
    private static final Set<TokenVerdict.Kind> LEAVE_THE_CODE =
            EnumSet.of(TokenVerdict.Kind.CLIENT_INVALID, TokenVerdict.Kind.APP_BLOCKED, TokenVerdict.Kind.RATE_LIMITED);

    private final TokenExceptions exceptions;
    private final Timekeeper time;
    private final Duration callDeadline;
    private final CompletableFuture<Void> closing;

    public CodeExchange(
            TokenExceptions exceptions, Timekeeper time, Duration callDeadline, CompletableFuture<Void> closing) {
        this.exceptions = exceptions;
        this.time = time;
        this.callDeadline = callDeadline;
        this.closing = closing;
    }

    TokenOutcome exchange(
            PendingAuthorization pending,
            RegisteredClient registered,
            AuthorizationFlow flow,
            Secret code,
            Map<String, String> others) {
        Function<Client, TokenOutcome> exchange = client -> ask(flow, request(pending, client, code, others));
        TokenOutcome first = registered.secrets().token(exchange);
        Optional<Duration> pause = toldPause(first);
        if (pause.isEmpty()) {
            return noted(pending, registered, first);
        }
        await(pending, pause.get());
        return noted(pending, registered, registered.secrets().token(exchange));
    }

    private ExchangeRequest request(
            PendingAuthorization pending, Client client, Secret code, Map<String, String> others) {
        return new ExchangeRequest(
                pending.key(),
                client,
                code,
                pending.redirectUri(),
                pending.codeVerifier(),
                pending.temporary(),
                pending.scopes(),
                others,
                pending.values(),
                callDeadline,
                time);
    }

    private static TokenOutcome ask(AuthorizationFlow flow, ExchangeRequest request) {
        try {
            return flow.exchange(request);
        } catch (TokenException e) {
            throw e;
        } catch (RuntimeException e) {
            log.warn("{}: the authorization flow failed", request.key(), e);
            return new TokenOutcome.MaybeSent(TokenVerdict.of(
                    TokenVerdict.Kind.UNKNOWN,
                    Problem.INTERNAL,
                    "the authorization flow failed with " + e.getClass().getName()));
        }
    }

    private Optional<Duration> toldPause(TokenOutcome outcome) {
        if (!(outcome instanceof TokenOutcome.Refused refused)
                || refused.verdict().kind() != TokenVerdict.Kind.TRANSIENT) {
            return Optional.empty();
        }
        return refused.verdict()
                .until()
                .map(until -> Duration.between(time.now(), until))
                .filter(pause -> pause.compareTo(LONGEST_PAUSE) <= 0);
    }

    private void await(PendingAuthorization pending, Duration pause) {
        try {
            if (time.await(closing, pause)) {
                throw new IllegalStateException("this Tokens is closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw exceptions.because(
                    pending.key(),
                    Problem.CONSENT_FAILED,
                    "the thread was interrupted while waiting to repeat the exchange",
                    e);
        }
    }

    private TokenOutcome noted(PendingAuthorization pending, RegisteredClient registered, TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Issued) {
            registered.health().succeeded(pending.key());
        } else if (outcome instanceof TokenOutcome.Refused refused
                && LEAVE_THE_CODE.contains(refused.verdict().kind())) {
            registered.health().rejected(pending.key(), refused.verdict(), time.now());
        }
        return outcome;
    }

    /** Returns whether the same redirect can be completed again. */
    boolean leavesTheCode(TokenOutcome outcome) {
        return outcome instanceof TokenOutcome.NotSent
                || (outcome instanceof TokenOutcome.Refused refused
                        && LEAVE_THE_CODE.contains(refused.verdict().kind()));
    }

    /** @throws TokenException if there are no tokens */
    TokenResponse response(PendingAuthorization pending, TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Issued answered) {
            if (answered.response().accessToken().isEmpty()) {
                throw failed(pending, Problem.CONSENT_FAILED, "the provider responded without an access token");
            }
            return answered.response();
        }
        if (outcome instanceof TokenOutcome.NotSent notSent) {
            throw failed(pending, notSent.problem(), notSent.detail() + "; the same redirect can be completed again")
                    .toBuilder()
                    .cause(notSent.cause().orElse(null))
                    .build();
        }
        if (outcome instanceof TokenOutcome.Refused refused) {
            TokenVerdict verdict = refused.verdict();
            Problem problem = leavesTheCode(outcome) ? verdict.problem() : withoutTheCode(verdict);
            throw exceptions.problem(
                    pending.key(), problem, verdict.detail(), verdict.until().orElse(null));
        }
        TokenVerdict verdict = ((TokenOutcome.MaybeSent) outcome).verdict();
        throw failed(pending, withoutTheCode(verdict), verdict.detail() + "; the code may be used up");
    }

    /**
     * Returns the problem of a failed exchange: a code is not sent again, so a failure that could be retried requires
     * another consent.
     */
    private static Problem withoutTheCode(TokenVerdict verdict) {
        Remedy remedy = verdict.problem().remedy();
        boolean starts = remedy == Remedy.RETRY || remedy == Remedy.WAIT || remedy == Remedy.RECONNECT;
        return starts ? Problem.CONSENT_FAILED : verdict.problem();
    }

    private TokenException failed(PendingAuthorization pending, Problem problem, String detail) {
        return exceptions.problem(pending.key(), problem, detail);
    }
}
