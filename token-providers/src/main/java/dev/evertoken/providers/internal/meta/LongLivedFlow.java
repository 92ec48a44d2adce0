package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ExchangeOutcome;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchange of a code at Meta: it brings a short-lived token, which is traded for a long-lived one within the same
 * deadline. If the second step fails, the short-lived token is what the account has, and its refresh is that step once
 * more. Thread-safe.
 */
final class LongLivedFlow implements AuthorizationFlow {

    private static final Logger log = LoggerFactory.getLogger(LongLivedFlow.class);

    private final AuthorizationCodeFlow pages;
    private final Steps steps;

    /** What the two steps are. Implementations are thread-safe. */
    interface Steps {

        /** Exchanges a code. */
        ExchangeOutcome first(ExchangeRequest request);

        /** Trades what the code brought for a long-lived token. */
        ExchangeOutcome second(LongLivedTokenRequest longLived);

        /** Returns how long a token of the first step lives if that is not told. */
        Duration shortLife();

        /** Looks up what the long-lived answer did not tell; returns it as it is unless there is more to know. */
        default TokenResponse completed(ExchangeRequest request, TokenResponse response, Duration left) {
            return response;
        }
    }

    LongLivedFlow(AuthorizationCodeFlow pages, Steps steps) {
        this.pages = pages;
        this.steps = steps;
    }

    @Override
    public Pkce pkce() {
        return Pkce.NONE;
    }

    @Override
    public URI url(AuthorizationRequest request) {
        return pages.url(request);
    }

    @Override
    public ExchangeOutcome exchange(ExchangeRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        ExchangeOutcome first = steps.first(withoutFragment(request));
        if (!(first instanceof ExchangeOutcome.Issued answered)) {
            return first;
        }
        Optional<Secret> token = answered.response().accessToken();
        if (token.isEmpty()) {
            return first;
        }
        Optional<TokenResponse> longLived = deadline.left()
                .flatMap(left ->
                        longLived(request, answered.response(), LongLivedTokenRequest.of(request, token.get(), left)));
        TokenResponse best = longLived.orElse(answered.response());
        TokenResponse complete = deadline.left()
                .map(left -> steps.completed(request, best, left))
                .orElse(best);
        return new ExchangeOutcome.Issued(longLived.isPresent() ? complete : ended(complete));
    }

    private Optional<TokenResponse> longLived(
            ExchangeRequest request, TokenResponse first, LongLivedTokenRequest longLived) {
        ExchangeOutcome outcome = steps.second(longLived);
        if (outcome instanceof ExchangeOutcome.Issued answered
                && answered.response().accessToken().isPresent()) {
            return Optional.of(withWhatTheFirstTold(answered.response(), first));
        }
        log.warn(
                "{}: there is no long-lived token yet, the next refresh asks for it again: {}",
                request.key(),
                reason(outcome));
        return Optional.empty();
    }

    private static String reason(ExchangeOutcome outcome) {
        if (outcome instanceof ExchangeOutcome.Refused refused) {
            return refused.verdict().detail();
        }
        if (outcome instanceof ExchangeOutcome.NotSent kept) {
            return kept.detail();
        }
        return outcome instanceof ExchangeOutcome.MaybeSent lost
                ? lost.verdict().detail()
                : Problem.MALFORMED_RESPONSE.advice();
    }

    /** The first answer names the user and the permissions; the second one only the token. */
    private static TokenResponse withWhatTheFirstTold(TokenResponse second, TokenResponse first) {
        return with(
                second,
                second.expiresAt(),
                second.scopes().or(first::scopes),
                second.subject().or(first::subject));
    }

    private TokenResponse ended(TokenResponse first) {
        return with(
                first,
                first.expiresAt().or(() -> Optional.of(first.issuedAt().plus(steps.shortLife()))),
                first.scopes(),
                first.subject());
    }

    /** Returns an answer with other words on end, permissions and user. */
    static TokenResponse with(
            TokenResponse response, Optional<Instant> end, Optional<Set<String>> scopes, Optional<String> subject) {
        return response.toBuilder()
                .expiresAt(end)
                .scopes(scopes)
                .subject(subject)
                .build();
    }

    /** Browsers keep {@code #_=_} or {@code #_} behind a code, and some pages hand it on as a part of it. */
    private static ExchangeRequest withoutFragment(ExchangeRequest request) {
        String code = request.code().reveal();
        int hash = code.indexOf('#');
        if (hash <= 0) {
            return request;
        }
        return new ExchangeRequest(
                request.key(),
                request.client(),
                Secret.of(code.substring(0, hash)),
                request.redirectUri(),
                request.codeVerifier(),
                request.scopes(),
                request.callDeadline(),
                request.time());
    }
}
