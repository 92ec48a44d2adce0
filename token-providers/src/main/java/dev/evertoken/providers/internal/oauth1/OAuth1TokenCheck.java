package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenSet;
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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Replaces the refresh for tokens that never expire. When an API has rejected the token, it requests the token's user
 * from the provider: either the token is still valid and is returned, or the grant is no longer valid. Thread-safe.
 */
public final class OAuth1TokenCheck implements Refresher {

    private final OAuth1Client client;
    private final RuleTokenDialect dialect;
    private final Function<ResponseBody, Optional<String>> userId;

    /** @param userId reads the user's id from a successful response */
    public OAuth1TokenCheck(
            OAuth1Client client, RuleTokenDialect dialect, Function<ResponseBody, Optional<String>> userId) {
        this.userId = userId;
        this.client = client;
        this.dialect = dialect;
    }

    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        TokenSet tokens = request.tokens();
        Secret secret = OAuth1Client.tokenSecret(tokens.attributes());
        EndpointOutcome outcome = client.send(new OAuth1Client.Step(
                request.client(),
                EndpointKind.REFRESH,
                Optional.empty(),
                Map.of(),
                Optional.of(new TemporaryCredentials(tokens.accessToken(), secret)),
                request.callDeadline(),
                request.permit(),
                request.time()));
        if (outcome instanceof EndpointOutcome.NotSent notSent) {
            return new TokenOutcome.NotSent(notSent.problem(), notSent.detail());
        }
        if (outcome instanceof EndpointOutcome.Lost lost) {
            return new TokenOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        return read(request, (EndpointOutcome.Response) outcome);
    }

    private TokenOutcome read(RefreshRequest request, EndpointOutcome.Response received) {
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
        return response.status() / 100 == 4 ? new TokenOutcome.Refused(verdict) : new TokenOutcome.MaybeSent(verdict);
    }
}
