package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RevokeOutcome;
import dev.evertoken.spi.Revoker;

/**
 * Revokes by deleting all permissions that a user has given to the application, which ends the user's tokens and those
 * derived from them. Takes a living token. Thread-safe.
 */
final class GraphPermissions implements Revoker {

    private final GraphCalls calls;
    private final Neighbour endpoint;

    GraphPermissions(TokenEndpoint endpoint) {
        this.calls = new GraphCalls(endpoint);
        this.endpoint = new Neighbour(endpoint, EndpointKind.REVOKE);
    }

    @Override
    public RevokeOutcome revoke(HeldTokens held) {
        WireReply reply = calls.delete(held, EndpointKind.REVOKE);
        boolean denied = reply instanceof WireReply.Answer answered
                && answered.answer().status() / 100 == 2
                && AnswerBody.of(answered.answer()).isFalse("success");
        return denied
                ? new RevokeOutcome.Unknown(
                        Problem.UNRECOGNISED_ANSWER, "revocation endpoint answered 200 and that it did not succeed")
                : TokenRevoker.outcome(endpoint, FacebookDialect.DIALECT, held, reply);
    }
}
