package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.Schedule;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Exchanges Facebook's current token for a new one and compares their expiry. Facebook accepts the exchange but does
 * not guarantee that it extends the lifetime. If the expiry does not move, it is the end of the grant, and is reported
 * as such weeks ahead. Thread-safe.
 */
final class FacebookRefresher implements Refresher, LongLivedFlow.Steps {

    /** A smaller change of the expiry counts as none, and a younger token cannot have a larger one yet. */
    private static final Duration DAY = Duration.ofDays(1);

    private final FacebookTokenRequests requests;
    private final DebugToken debugToken;

    FacebookRefresher(FacebookTokenRequests requests, DebugToken debugToken) {
        this.requests = requests;
        this.debugToken = debugToken;
    }

    // ---- refresh

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        TokenOutcome outcome = requests.prolong(LongLivedTokenRequest.of(request));
        if (!(outcome instanceof TokenOutcome.Issued issued)) {
            return outcome;
        }
        TokenResponse dated = issued.response().expiresAt().isPresent()
                ? issued.response()
                : deadline.left()
                        .map(left -> dated(request, issued.response(), left))
                        .orElse(issued.response());
        return new TokenOutcome.Issued(dated.toBuilder()
                .refreshTokenExpiresAt(grantEnd(request, dated))
                .build());
    }

    private TokenResponse dated(RefreshRequest request, TokenResponse response, Duration left) {
        return response.accessToken()
                .flatMap(token -> debugToken.lookUp(request.client(), token, left, request.time()))
                .map(data -> LongLivedFlow.with(response, end(response, data), response.scopes(), response.subject()))
                .orElse(response);
    }

    /** Returns the end of the grant, which no exchange extends, as far as it is known now. */
    private static Optional<Instant> grantEnd(RefreshRequest request, TokenResponse response) {
        Optional<Instant> before = request.tokens().expiresAt();
        Optional<Instant> known = request.tokens().refreshTokenExpiresAt();
        Optional<Instant> dataEnd = known.filter(end -> !Optional.of(end).equals(before));
        boolean unchanged = isUnchanged(request, before, response.expiresAt());
        boolean isYoung = request.context().age().compareTo(DAY) < 0;
        boolean isFixed = unchanged && (!isYoung || !known.equals(dataEnd));
        return isFixed
                ? Stream.concat(response.expiresAt().stream(), dataEnd.stream()).min(Instant::compareTo)
                : dataEnd;
    }

    private static boolean isUnchanged(RefreshRequest request, Optional<Instant> before, Optional<Instant> after) {
        return before.isPresent()
                && after.isPresent()
                && !request.tokens().neverExpires()
                && Duration.between(before.get(), after.get()).compareTo(DAY) < 0
                && after.get().isAfter(request.time().now());
    }

    // The exchange of a code

    @Override
    public TokenOutcome first(ExchangeRequest request) {
        return requests.exchange(request);
    }

    @Override
    public TokenOutcome second(LongLivedTokenRequest request) {
        return requests.prolong(request);
    }

    @Override
    public Duration shortLife() {
        return Duration.ofHours(1);
    }

    /** Looks up the user and the permissions, since users can decline some and no other response reports the rest. */
    @Override
    public TokenResponse completed(ExchangeRequest request, TokenResponse response, Duration left) {
        return response.accessToken()
                .flatMap(token -> debugToken.lookUp(request.client(), token, left, request.time()))
                .map(data -> LongLivedFlow.with(
                                response,
                                end(response, data),
                                response.scopes()
                                        .or(() -> Optional.of(data.scopes()).filter(scopes -> !scopes.isEmpty())),
                                response.subject().or(data::subject))
                        .toBuilder()
                        .refreshTokenExpiresAt(data.dataAccessEnd())
                        .build())
                .orElse(response);
    }

    /** Returns the expiry of either response; a token that does not expire is exchanged all the same. */
    private static Optional<Instant> end(TokenResponse response, DebugTokenData data) {
        return response.expiresAt()
                .or(data::expiresAt)
                .or(() -> Optional.of(Schedule.NEVER).filter(never -> data.neverEnds()));
    }
}
