package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.providers.internal.oauth2.EndpointCall;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.ResponseBody;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenRevoker;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.RevokeOutcome;
import dev.evertoken.spi.provider.Revoker;

/**
 * Revokes by deleting all permissions that a user has given to the application, which ends the user's tokens and those
 * derived from them. Takes a living token. Thread-safe.
 */
final class GraphPermissions implements Revoker {

    private final GraphClient calls;
    private final EndpointCall endpoint;

    GraphPermissions(TokenEndpoint endpoint) {
        this.calls = new GraphClient(endpoint);
        this.endpoint = new EndpointCall(endpoint, EndpointKind.REVOKE);
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        EndpointOutcome reply = calls.delete(held, EndpointKind.REVOKE);
        boolean denied = reply instanceof EndpointOutcome.Response answered
                && answered.response().status() / 100 == 2
                && ResponseBody.of(answered.response()).isFalse("success");
        return denied
                ? new RevokeOutcome.Unknown(
                        Problem.UNRECOGNIZED_RESPONSE, "revocation endpoint answered 200 and that it did not succeed")
                : TokenRevoker.outcome(endpoint, FacebookDialect.DIALECT, held, reply);
    }
}
