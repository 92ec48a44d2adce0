package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.HeldTokens;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Sends requests about tokens to the endpoints other than the token endpoint: revocation, introspection, or an API that
 * returns the user of a token. Thread-safe.
 *
 * @param endpoint the client that sends requests once, without retries or redirects
 * @param kind the endpoint to call
 */
public record EndpointCall(TokenEndpoint endpoint, EndpointKind kind) {

    /** Posts a form with the client's authentication. */
    EndpointOutcome post(HeldTokens held, Map<String, String> fields) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        Optional<Secret> proof = ClientAuthenticator.prove(held.client(), kind, fields);
        return send(
                held,
                TokenEndpointRequest.post(
                        address.get(), FormEncoding.of(fields), proof, held.callDeadline(), () -> true, held.time()));
    }

    /** Posts a form, or sends a GET if there is none, authorized by the access token. */
    public EndpointOutcome asBearer(HeldTokens held, Optional<FormEncoding> form) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        if (held.tokens().accessToken().isEmpty()) {
            return new EndpointOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "the request needs an access token, and the account has none yet; use the account once");
        }
        Optional<Secret> bearer = held.tokens().accessToken().map(token -> Secret.of("Bearer " + token.reveal()));
        TokenEndpointRequest call = form.map(fields -> TokenEndpointRequest.post(
                        address.get(), fields, bearer, held.callDeadline(), () -> true, held.time()))
                .orElseGet(() -> TokenEndpointRequest.get(
                        address.get(),
                        FormEncoding.of(Map.of()),
                        bearer,
                        held.callDeadline(),
                        () -> true,
                        held.time()));
        return send(held, call);
    }

    private EndpointOutcome send(HeldTokens held, TokenEndpointRequest call) {
        return endpoint.send(call, held.client().transport());
    }

    public DialectContext context(HeldTokens held) {
        Duration age = Duration.between(held.tokens().issuedAt(), held.time().now());
        return new DialectContext(kind, age, held.tokens().scopes(), DialectContext.TokenOf.USER);
    }

    private EndpointOutcome missing(HeldTokens held) {
        return new EndpointOutcome.NotSent(
                Problem.NOT_SUPPORTED, "provider " + held.client().providerId() + " has no " + kind + " endpoint");
    }
}
