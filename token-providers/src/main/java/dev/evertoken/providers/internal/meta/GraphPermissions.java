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
 * Revokes by deleting all permissions that a user has granted to the application, which invalidates the user's tokens
 * and all tokens derived from them. Requires a valid token. Thread-safe.
 */
final class GraphPermissions implements Revoker {

    private final GraphClient client;
    private final EndpointCall endpoint;

    GraphPermissions(TokenEndpoint endpoint) {
        this.client = new GraphClient(endpoint);
        this.endpoint = new EndpointCall(endpoint, EndpointKind.REVOKE);
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        EndpointOutcome outcome = client.delete(held, EndpointKind.REVOKE);
        boolean denied = outcome instanceof EndpointOutcome.Response received
                && received.response().status() / 100 == 2
                && ResponseBody.of(received.response()).isFalse("success");
        return denied
                ? new RevokeOutcome.Unknown(
                        Problem.UNRECOGNIZED_RESPONSE, "revocation endpoint answered 200 and success false")
                : TokenRevoker.outcome(endpoint, FacebookDialect.DIALECT, held, outcome);
    }
}
