package dev.evertoken.providers.internal.strava;

import static dev.evertoken.providers.internal.oauth2.TokenRule.fault;
import static dev.evertoken.providers.internal.oauth2.TokenRule.rule;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.RuleTokenDialect;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The revocation that Strava offered before {@code /oauth/revoke}: a POST that is authorized by the athlete's access
 * token, which must not have expired. Thread-safe.
 */
public final class StravaDeauthorization implements Revoker {

    private static final RuleTokenDialect DIALECT = StravaDialect.DIALECT.after(
            List.of(rule(fault("Athlete/access_token/invalid"), Kind.GRANT_DEAD, Problem.GRANT_DEAD)));

    private final EndpointCall endpoint;

    public StravaDeauthorization(TokenEndpoint endpoint) {
        this.endpoint = new EndpointCall(endpoint, EndpointKind.REVOKE);
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        boolean ended = held.tokens()
                .expiresAt()
                .filter(end -> !held.time().now().isBefore(end))
                .isPresent();
        if (ended) {
            return new RevokeOutcome.Refused(
                    Problem.REQUEST_REJECTED,
                    "deauthorization requires a valid access token and this one has expired; refresh it first");
        }
        EndpointOutcome outcome = endpoint.asBearer(held, Optional.of(FormEncoding.of(Map.of())));
        return TokenRevoker.outcome(endpoint, DIALECT, held, outcome);
    }
}
