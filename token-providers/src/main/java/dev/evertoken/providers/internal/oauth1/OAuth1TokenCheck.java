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
import dev.evertoken.spi.provider.RefreshOutcome;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TemporaryCredentials;
import dev.evertoken.spi.provider.TokenResponse;
import dev.evertoken.spi.provider.TokenVerdict;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stands where other providers refresh: asked for another token than one that an API has rejected, it asks the provider
 * whose the token is. Either that one is still good, and is the answer, or the grant is dead. Thread-safe.
 */
public final class OAuth1TokenCheck implements Refresher {

    private final OAuth1Client calls;
    private final RuleTokenDialect dialect;
    private final Function<ResponseBody, Optional<String>> userId;

    /** @param userId finds the user in a good answer */
    public OAuth1TokenCheck(
            OAuth1Client calls, RuleTokenDialect dialect, Function<ResponseBody, Optional<String>> userId) {
        this.userId = userId;
        this.calls = calls;
        this.dialect = dialect;
    }

    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        TokenSet tokens = request.tokens();
        Secret secret = OAuth1Client.tokenSecret(tokens.attributes());
        EndpointOutcome reply = calls.send(new OAuth1Client.Step(
                request.client(),
                EndpointKind.REFRESH,
                Optional.empty(),
                Map.of(),
                Optional.of(new TemporaryCredentials(tokens.accessToken(), secret)),
                request.callDeadline(),
                request.permit(),
                request.time()));
        if (reply instanceof EndpointOutcome.NotSent kept) {
            return new RefreshOutcome.NotSent(kept.problem(), kept.detail());
        }
        if (reply instanceof EndpointOutcome.Lost lost) {
            return new RefreshOutcome.MaybeSent(
                    TokenVerdict.of(TokenVerdict.Kind.TRANSIENT, lost.problem(), lost.detail()));
        }
        return read(request, (EndpointOutcome.Response) reply);
    }

    private RefreshOutcome read(RefreshRequest request, EndpointOutcome.Response reply) {
        ProviderResponse response = reply.response();
        Optional<String> user =
                response.status() / 100 == 2 ? userId.apply(ResponseBody.of(response)) : Optional.empty();
        if (user.isPresent()) {
            return new RefreshOutcome.Issued(TokenResponse.builder(reply.sentAt())
                    .accessToken(request.tokens().accessToken())
                    .tokenType(request.tokens().tokenType())
                    .subject(user)
                    .build());
        }
        TokenVerdict verdict = TokenRequests.withoutSecrets(
                dialect.judge(request.context(), response), response, SecretEchoFilter.of(request));
        return response.status() / 100 == 4
                ? new RefreshOutcome.Refused(verdict)
                : new RefreshOutcome.MaybeSent(verdict);
    }
}
