package dev.evertoken;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.AppTokenRequest;
import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.TokenAnswer;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tokens of the application itself: kept in memory alone, since another one costs nothing; one request at a time for
 * each registration. Thread-safe.
 */
final class AppTokenDesk {

    private static final Logger log = LoggerFactory.getLogger(AppTokenDesk.class);
    private static final Duration LARGEST_MARGIN = Duration.ofMinutes(1);

    private record Kept(AccessToken token, Instant renewAt) {}

    private final Workshop workshop;
    private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CompletableFuture<AccessToken>> inFlight = new ConcurrentHashMap<>();

    AppTokenDesk(Workshop workshop) {
        this.workshop = workshop;
    }

    AccessToken token(Registered registered) {
        String registration = registered.client().registration();
        Optional<AccessToken> known = fresh(registration);
        if (known.isPresent()) {
            return known.get();
        }
        CompletableFuture<AccessToken> mine = new CompletableFuture<>();
        CompletableFuture<AccessToken> flying = inFlight.putIfAbsent(registration, mine);
        return flying == null ? lead(registered, mine) : follow(registration, flying);
    }

    private Optional<AccessToken> fresh(String registration) {
        return Optional.ofNullable(kept.get(registration))
                .filter(one -> workshop.time().now().isBefore(one.renewAt()))
                .map(Kept::token);
    }

    private AccessToken lead(Registered registered, CompletableFuture<AccessToken> mine) {
        String registration = registered.client().registration();
        try {
            AccessToken token = fresh(registration).orElseGet(() -> ask(registered));
            mine.complete(token);
            return token;
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            inFlight.remove(registration, mine);
        }
    }

    private AccessToken follow(String registration, CompletableFuture<AccessToken> flying) {
        try {
            if (!workshop.time().await(flying, workshop.settings().maxWait())) {
                throw failed(Problem.WAIT_TIMEOUT, "a request for an app token of " + registration + " did not end");
            }
            return flying.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed(Problem.WAIT_TIMEOUT, "the waiting thread was interrupted");
        } catch (CompletionException e) {
            throw e.getCause() instanceof TokenException failure
                    ? failure.again()
                    : failed(Problem.INTERNAL, "the request for an app token failed");
        }
    }

    private AccessToken ask(Registered registered) {
        AppTokens source = registered
                .provider()
                .appTokens()
                .orElseThrow(() -> failed(
                        Problem.NOT_SUPPORTED,
                        "provider " + registered.provider().id() + " has no tokens of the application itself"));
        registered.health().shut(workshop.time().now()).ifPresent(shut -> {
            throw TokenException.about(shut.problem())
                    .detail(shut.detail())
                    .retryAt(shut.until())
                    .build();
        });
        ExchangeOutcome outcome = ask(source, registered);
        if (outcome instanceof ExchangeOutcome.Answered answered) {
            return keep(registered, answered.answer());
        }
        if (outcome instanceof ExchangeOutcome.NotSent notSent) {
            throw failed(notSent.problem(), notSent.detail());
        }
        TokenVerdict verdict = outcome instanceof ExchangeOutcome.Refused refused
                ? refused.verdict()
                : ((ExchangeOutcome.MaybeSent) outcome).verdict();
        boolean ofAGrant = verdict.kind() == TokenVerdict.Kind.GRANT_DEAD;
        throw TokenException.about(ofAGrant ? Problem.CLIENT_REJECTED : verdict.problem())
                .detail(verdict.detail())
                .retryAt(verdict.until().orElse(null))
                .build();
    }

    private ExchangeOutcome ask(AppTokens source, Registered registered) {
        try {
            return source.appToken(
                    new AppTokenRequest(registered.client(), workshop.settings().callDeadline(), workshop.time()));
        } catch (RuntimeException e) {
            log.warn("{}: the source of app tokens failed", registered.client().registration(), e);
            return new ExchangeOutcome.NotSent(
                    Problem.INTERNAL,
                    "the source of app tokens failed with " + e.getClass().getName());
        }
    }

    private AccessToken keep(Registered registered, TokenAnswer answer) {
        TokenSet tokens = answer.alone()
                .orElseThrow(() -> failed(Problem.MALFORMED_ANSWER, "the provider answered without an access token"));
        Instant issued = answer.issuedAt();
        Duration usual = registered.client().profile().defaultLifetime();
        Instant end = tokens.expiresAt().orElse(issued.plus(usual));
        AccessToken token = new AccessToken(
                tokens.accessToken(),
                tokens.tokenType(),
                Optional.of(end),
                workshop.records().newId(),
                1,
                issued,
                tokens.scopes());
        Duration tenth = Duration.between(issued, end).dividedBy(10);
        Duration margin = tenth.compareTo(LARGEST_MARGIN) < 0 ? tenth : LARGEST_MARGIN;
        kept.put(registered.client().registration(), new Kept(token, end.minus(margin)));
        return token;
    }

    private static TokenException failed(Problem problem, String detail) {
        return TokenException.about(problem).detail(detail).build();
    }
}
