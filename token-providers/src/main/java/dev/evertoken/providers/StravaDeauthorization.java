package dev.evertoken.providers;

import static dev.evertoken.providers.TokenRule.fault;
import static dev.evertoken.providers.TokenRule.rule;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RevokeOutcome;
import dev.evertoken.spi.Revoker;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Strava's revocation before {@code /oauth/revoke}: a POST in the name of the athlete's access token, which must not
 * have ended. Thread-safe.
 */
final class StravaDeauthorization implements Revoker {

    private static final RuleDialect DIALECT = StravaDialect.DIALECT.after(
            List.of(rule(fault("Athlete/access_token/invalid"), Kind.GRANT_DEAD, Problem.GRANT_DEAD)));

    private final Neighbour endpoint;

    StravaDeauthorization(TokenEndpoint endpoint) {
        this.endpoint = new Neighbour(endpoint, EndpointKind.REVOKE);
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
                    "deauthorization takes a living access token and this one has ended; refresh, then revoke");
        }
        WireReply reply = endpoint.asBearer(held, Optional.of(Form.of(Map.of())));
        return TokenRevoker.outcome(endpoint, DIALECT, held, reply);
    }
}
