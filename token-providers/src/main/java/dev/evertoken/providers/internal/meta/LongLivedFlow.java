package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.internal.oauth2.AuthorizationCodeFlow;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.spi.provider.AuthorizationFlow;
import dev.evertoken.spi.provider.AuthorizationRequest;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exchange of a code at Meta. It returns a short-lived token, which is exchanged for a long-lived one within the
 * same deadline. If the second step fails, the account keeps the short-lived token, and its refresh repeats that step.
 * Thread-safe.
 */
final class LongLivedFlow implements AuthorizationFlow {

    private static final Logger log = LoggerFactory.getLogger(LongLivedFlow.class);

    private final AuthorizationCodeFlow codeFlow;
    private final Steps steps;

    /** The two steps of the exchange. Implementations are thread-safe. */
    interface Steps {

        /** Exchanges a code. */
        TokenOutcome first(ExchangeRequest request);

        /** Exchanges the short-lived token for a long-lived one. */
        TokenOutcome second(LongLivedTokenRequest longLived);

        /** Returns the lifetime of a short-lived token whose response has none. */
        Duration shortLife();

        /** Looks up the data that the token response lacks; the default returns the response unchanged. */
        default TokenResponse completed(ExchangeRequest request, TokenResponse response, Duration left) {
            return response;
        }
    }

    LongLivedFlow(AuthorizationCodeFlow codeFlow, Steps steps) {
        this.codeFlow = codeFlow;
        this.steps = steps;
    }

    @Override
    public Pkce pkce() {
        return Pkce.NONE;
    }

    @Override
    public URI url(AuthorizationRequest request) {
        return codeFlow.url(request);
    }

    @Override
    public TokenOutcome exchange(ExchangeRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        TokenOutcome first = steps.first(withoutFragment(request));
        if (!(first instanceof TokenOutcome.Issued issued)) {
            return first;
        }
        Optional<Secret> token = issued.response().accessToken();
        if (token.isEmpty()) {
            return first;
        }
        Optional<TokenResponse> longLived = deadline.left()
                .flatMap(left ->
                        longLived(request, issued.response(), LongLivedTokenRequest.of(request, token.get(), left)));
        TokenResponse latest = longLived.orElse(issued.response());
        TokenResponse complete = deadline.left()
                .map(left -> steps.completed(request, latest, left))
                .orElse(latest);
        return new TokenOutcome.Issued(longLived.isPresent() ? complete : withEnd(complete));
    }

    private Optional<TokenResponse> longLived(
            ExchangeRequest request, TokenResponse first, LongLivedTokenRequest longLived) {
        TokenOutcome outcome = steps.second(longLived);
        if (outcome instanceof TokenOutcome.Issued issued
                && issued.response().accessToken().isPresent()) {
            return Optional.of(completedFrom(issued.response(), first));
        }
        log.warn("{}: no long-lived token yet; the next refresh requests it again: {}", request.key(), reason(outcome));
        return Optional.empty();
    }

    private static String reason(TokenOutcome outcome) {
        if (outcome instanceof TokenOutcome.Refused refused) {
            return refused.verdict().detail();
        }
        if (outcome instanceof TokenOutcome.NotSent notSent) {
            return notSent.detail();
        }
        return outcome instanceof TokenOutcome.MaybeSent maybeSent
                ? maybeSent.verdict().detail()
                : Problem.MALFORMED_RESPONSE.advice();
    }

    /** Adds the user and the permissions of the first response to the second, which has only the token. */
    private static TokenResponse completedFrom(TokenResponse second, TokenResponse first) {
        return with(
                second,
                second.expiresAt(),
                second.scopes().or(first::scopes),
                second.subject().or(first::subject));
    }

    private TokenResponse withEnd(TokenResponse first) {
        return with(
                first,
                first.expiresAt().or(() -> Optional.of(first.issuedAt().plus(steps.shortLife()))),
                first.scopes(),
                first.subject());
    }

    /** Returns a copy of a response with another expiry, permissions and user. */
    static TokenResponse with(
            TokenResponse response, Optional<Instant> end, Optional<Set<String>> scopes, Optional<String> subject) {
        return response.toBuilder()
                .expiresAt(end)
                .scopes(scopes)
                .subject(subject)
                .build();
    }

    /** Removes {@code #_=_} or {@code #_}, which browsers append to a code and some applications pass on with it. */
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
