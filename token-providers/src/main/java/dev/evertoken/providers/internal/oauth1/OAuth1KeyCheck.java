package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ProviderResponse;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds out whether a refusal without a reason is due to the token or to the client's key, by requesting temporary
 * credentials, which only the key signs. They are not used. Without this, a key that was regenerated would send every
 * user through another consent. Thread-safe.
 */
final class OAuth1KeyCheck {

    private static final String NO_CALLBACK = "oob";

    private final OAuth1Client client;
    private final RuleTokenDialect dialect;

    OAuth1KeyCheck(OAuth1Client client, RuleTokenDialect dialect) {
        this.client = client;
        this.dialect = dialect;
    }

    /**
     * Returns the verdict on a token that was refused without a reason: the grant is invalid if the provider accepts
     * the key; empty if the provider does not show whether it does.
     */
    Optional<TokenVerdict> explain(RefreshRequest request, ProviderResponse refusal, Duration deadline) {
        EndpointOutcome outcome = client.send(new OAuth1Client.Step(
                request.client(),
                EndpointKind.TEMPORARY_CREDENTIALS,
                Optional.of(FormEncoding.of(Map.of())),
                Map.of("oauth_callback", NO_CALLBACK),
                Optional.empty(),
                deadline,
                request.permit(),
                request.time()));
        if (!(outcome instanceof EndpointOutcome.Response received)) {
            return Optional.empty();
        }
        ProviderResponse response = received.response();
        DialectContext context = new DialectContext(
                EndpointKind.TEMPORARY_CREDENTIALS, Duration.ZERO, Set.of(), DialectContext.TokenOf.APP);
        TokenVerdict verdict =
                TokenRequests.withoutSecrets(dialect.judge(context, response), response, SecretEchoFilter.of(request));
        if (isAccepted(response, verdict)) {
            return Optional.of(TokenVerdict.of(
                    Kind.GRANT_DEAD,
                    Problem.GRANT_DEAD,
                    "the provider answered " + refusal.status()
                            + " to the token and accepts the client's key, so the token is no longer valid"));
        }
        return Optional.of(verdict).filter(other -> other.kind() == Kind.CLIENT_INVALID);
    }

    /** A refused callback shows that the signature was accepted before. */
    private static boolean isAccepted(ProviderResponse response, TokenVerdict verdict) {
        boolean callbackRefused = response.status() == 403 && verdict.problem() == Problem.REQUEST_REJECTED;
        return callbackRefused || (response.status() / 100 == 2 && hasCredentials(response));
    }

    private static boolean hasCredentials(ProviderResponse response) {
        return FormEncoding.parse(response.body())
                .filter(form -> form.fields().containsKey(OAuth1Signer.TOKEN_SECRET))
                .isPresent();
    }
}
