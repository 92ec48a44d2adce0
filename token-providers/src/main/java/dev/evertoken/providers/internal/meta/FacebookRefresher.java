package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.providers.internal.oauth2.OAuth2Refresher;
import dev.evertoken.spi.provider.ExchangeOutcome;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenResponse;
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

    private final FacebookTokenRequests trades;
    private final DebugToken facts;

    FacebookRefresher(FacebookTokenRequests trades, DebugToken facts) {
        this.trades = trades;
        this.facts = facts;
    }

    // ---- refresh

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        ExchangeOutcome outcome = trades.prolong(LongLivedTokenRequest.of(request));
        if (!(outcome instanceof ExchangeOutcome.Issued answered)) {
            return OAuth2Refresher.refreshed(outcome);
        }
        TokenResponse dated = answered.response().expiresAt().isPresent()
                ? answered.response()
                : deadline.left()
                        .map(left -> dated(request, answered.response(), left))
                        .orElse(answered.response());
        return new RefreshOutcome.Issued(dated.toBuilder()
                .refreshTokenExpiresAt(grantEnd(request, dated))
                .build());
    }

    private TokenResponse dated(RefreshRequest request, TokenResponse response, Duration left) {
        return response.accessToken()
                .flatMap(token -> facts.look(request.client(), token, left, request.time()))
                .map(told -> LongLivedFlow.with(
                        response,
                        end(response, told, request.client().profile().longestLifetime()),
                        response.scopes(),
                        response.subject()))
                .orElse(response);
    }

    /** Returns when the grant ends whatever is traded, as far as is known now. */
    private static Optional<Instant> grantEnd(RefreshRequest request, TokenResponse response) {
        Optional<Instant> before = request.tokens().expiresAt();
        Optional<Instant> known = request.tokens().refreshTokenExpiresAt();
        Optional<Instant> dataEnd = known.filter(end -> !Optional.of(end).equals(before));
        boolean stood = hasStood(request, before, response.expiresAt());
        boolean young = request.context().age().compareTo(DAY) < 0;
        boolean stands = stood && (!young || !known.equals(dataEnd));
        return stands
                ? Stream.concat(response.expiresAt().stream(), dataEnd.stream()).min(Instant::compareTo)
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
    public ExchangeOutcome second(LongLivedTokenRequest request) {
        return trades.prolong(request);
    }

    @Override
    public Duration shortLife() {
        return Duration.ofHours(1);
    }

    /** People can untick permissions, and only this tells what is left; and whose the token is. */
    @Override
    public TokenResponse completed(ExchangeRequest request, TokenResponse response, Duration left) {
        return response.accessToken()
                .flatMap(token -> facts.look(request.client(), token, left, request.time()))
                .map(told -> LongLivedFlow.with(
                                response,
                                end(response, told, request.client().profile().longestLifetime()),
                                response.scopes()
                                        .or(() -> Optional.of(told.scopes()).filter(some -> !some.isEmpty())),
                                response.subject().or(told::subject))
                        .toBuilder()
                        .refreshTokenExpiresAt(told.dataAccessEnd())
                        .build())
                .orElse(response);
    }

    /** A token without an end is taken to live as long as any: it is traded again long before. */
    private static Optional<Instant> end(TokenResponse response, DebugTokenData told, Duration longest) {
        return response.expiresAt()
                .or(told::expiresAt)
                .or(() -> Optional.of(response.issuedAt().plus(longest)).filter(end -> told.neverEnds()));
    }
}
