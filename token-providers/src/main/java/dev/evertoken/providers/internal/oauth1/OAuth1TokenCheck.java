package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TemporaryCredentials;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Replaces the refresh for tokens that never expire. When an API has rejected the token, it requests the token's user
 * from the provider: either the token is still valid and is returned, or the grant is no longer valid.
 *
 * <p>A refusal that is about the request, such as a rate limit, a missing payment or a plan without this endpoint, says
 * nothing about the token. It changes nothing, and like every check it is not repeated within {@link #BETWEEN_CHECKS}.
 * Thread-safe.
 */
public final class OAuth1TokenCheck implements Refresher {

    /** The minimum time between two checks of a token, each of which a provider may charge for. */
    public static final Duration BETWEEN_CHECKS = Duration.ofHours(1);

    private static final Set<Kind> CONCLUSIVE =
            EnumSet.of(Kind.GRANT_DEAD, Kind.ACCOUNT_UNUSABLE, Kind.CLIENT_INVALID, Kind.APP_BLOCKED);

    private final OAuth1Client client;
    private final RuleTokenDialect dialect;
    private final Function<ResponseBody, Optional<String>> userId;
    private final Predicate<ProviderResponse> isWithoutReason;
    private final OAuth1KeyCheck keyCheck;

    /**
     * @param userId reads the user's id from a successful response
     * @param isWithoutReason matches a refusal that may be due to the token or to the client's key
     */
    public OAuth1TokenCheck(
            OAuth1Client client,
            RuleTokenDialect dialect,
            Function<ResponseBody, Optional<String>> userId,
            Predicate<ProviderResponse> isWithoutReason) {
        this.userId = userId;
        this.client = client;
        this.dialect = dialect;
        this.isWithoutReason = isWithoutReason;
        this.keyCheck = new OAuth1KeyCheck(client, dialect);
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        TokenSet tokens = request.tokens();
        Secret secret = OAuth1Client.tokenSecret(tokens.attributes());
        EndpointOutcome outcome = client.send(new OAuth1Client.Step(
                request.client(),
                EndpointKind.REFRESH,
                Optional.empty(),
                Map.of(),
                Optional.of(new TemporaryCredentials(tokens.accessToken().orElseThrow(), secret)),
                request.callDeadline(),
                request.permit(),
                request.time()));
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return new TokenOutcome.NotSent(notSent.problem(), notSent.detail(), notSent.cause());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return spaced(
                    TokenVerdict.of(Kind.TRANSIENT, lost.problem(), lost.detail()),
                    request.time().now());
        }
        return read(request, (EndpointOutcome.Response) outcome, deadline);
    }

    private TokenOutcome read(RefreshRequest request, EndpointOutcome.Response received, Deadline deadline) {
        ProviderResponse response = received.response();
        Optional<String> user =
                response.status() / 100 == 2 ? userId.apply(ResponseBody.of(response)) : Optional.empty();
        if (user.isPresent()) {
            return new TokenOutcome.Issued(TokenResponse.builder(received.sentAt())
                    .accessToken(request.tokens().accessToken())
                    .tokenType(request.tokens().tokenType())
                    .subject(user)
                    .build());
        }
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                dialect.judge(request.context(), response), response, SecretEchoFilter.of(request));
        TokenVerdict explained = Optional.of(deadline)
                .filter(left -> isWithoutReason.test(response))
                .flatMap(Deadline::left)
                .flatMap(left -> keyCheck.explain(request, response, left))
                .orElse(verdict);
        return spaced(explained, response.at());
    }

    /** Returns a refusal with the time of the next check; one that is not about the token has no other effect. */
    private static TokenOutcome spaced(TokenVerdict verdict, Instant now) {
        if (verdict.kind() == Kind.GRANT_DEAD) {
            return new TokenOutcome.Refused(verdict);
        }
        Instant next = now.plus(BETWEEN_CHECKS);
        Instant until = verdict.until().filter(next::isBefore).orElse(next);
        Kind kind = CONCLUSIVE.contains(verdict.kind()) ? verdict.kind() : Kind.NOT_YET;
        return new TokenOutcome.Refused(
                new TokenVerdict(kind, verdict.problem(), Optional.of(until), verdict.detail()));
    }
}
