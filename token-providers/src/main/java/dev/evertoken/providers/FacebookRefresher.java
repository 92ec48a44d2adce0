package dev.evertoken.providers;

import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.ExchangeRequest;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import dev.evertoken.spi.TokenAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Trades Facebook's live token for the next one and compares their ends: Facebook accepts the trade and nowhere promises
 * that it prolongs anything. If the end stays where it was, it is the end of the grant, and told as such weeks ahead.
 * Thread-safe.
 */
final class FacebookRefresher implements Refresher, LongLivedFlow.Steps {

    /** An end that moves by less has not moved; and it could not have before so much time has passed. */
    private static final Duration DAY = Duration.ofDays(1);

    private final FacebookTrades trades;
    private final DebugToken facts;

    FacebookRefresher(FacebookTrades trades, DebugToken facts) {
        this.trades = trades;
        this.facts = facts;
    }

    // ---- refresh

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        ExchangeOutcome outcome = trades.prolong(Trade.of(request));
        if (!(outcome instanceof ExchangeOutcome.Answered answered)) {
            return OAuth2Refresher.refreshed(outcome);
        }
        TokenAnswer dated = answered.answer().expiresAt().isPresent()
                ? answered.answer()
                : deadline.left()
                        .map(left -> dated(request, answered.answer(), left))
                        .orElse(answered.answer());
        return new RefreshOutcome.Answered(dated.withRefreshTokenEnd(grantEnd(request, dated)));
    }

    private TokenAnswer dated(RefreshRequest request, TokenAnswer answer, Duration left) {
        return answer.accessToken()
                .flatMap(token -> facts.look(request.client(), token, left, request.time()))
                .map(told -> LongLivedFlow.with(
                        answer,
                        end(answer, told, request.client().profile().longestLifetime()),
                        answer.scopes(),
                        answer.subject()))
                .orElse(answer);
    }

    /** Returns when the grant ends whatever is traded, as far as is known now. */
    private static Optional<Instant> grantEnd(RefreshRequest request, TokenAnswer answer) {
        Optional<Instant> before = request.tokens().expiresAt();
        Optional<Instant> known = request.tokens().refreshTokenExpiresAt();
        Optional<Instant> dataEnd = known.filter(end -> !Optional.of(end).equals(before));
        boolean stood = hasStood(request, before, answer.expiresAt());
        boolean young = request.context().age().compareTo(DAY) < 0;
        boolean stands = stood && (!young || !known.equals(dataEnd));
        return stands
                ? Stream.concat(answer.expiresAt().stream(), dataEnd.stream()).min(Instant::compareTo)
                : dataEnd;
    }

    private static boolean hasStood(RefreshRequest request, Optional<Instant> before, Optional<Instant> after) {
        return before.isPresent()
                && after.isPresent()
                && Duration.between(before.get(), after.get()).compareTo(DAY) < 0
                && after.get().isAfter(request.time().now());
    }

    // ---- the exchange of a code

    @Override
    public ExchangeOutcome first(ExchangeRequest request) {
        return trades.exchange(request);
    }

    @Override
    public ExchangeOutcome second(Trade trade) {
        return trades.prolong(trade);
    }

    @Override
    public Duration shortLife() {
        return Duration.ofHours(1);
    }

    /** People can untick permissions, and only this tells what is left; and whose the token is. */
    @Override
    public TokenAnswer completed(ExchangeRequest request, TokenAnswer answer, Duration left) {
        return answer.accessToken()
                .flatMap(token -> facts.look(request.client(), token, left, request.time()))
                .map(told -> LongLivedFlow.with(
                                answer,
                                end(answer, told, request.client().profile().longestLifetime()),
                                answer.scopes()
                                        .or(() -> Optional.of(told.scopes()).filter(some -> !some.isEmpty())),
                                answer.subject().or(told::subject))
                        .withRefreshTokenEnd(told.dataAccessEnd()))
                .orElse(answer);
    }

    /** A token without an end is taken to live as long as any: it is traded again long before. */
    private static Optional<Instant> end(TokenAnswer answer, TokenFacts told, Duration longest) {
        return answer.expiresAt()
                .or(told::expiresAt)
                .or(() -> Optional.of(answer.issuedAt().plus(longest)).filter(end -> told.neverEnds()));
    }
}
