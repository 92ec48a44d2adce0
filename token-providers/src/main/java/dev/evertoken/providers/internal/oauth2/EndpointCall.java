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
 * Sends what an endpoint beside the token endpoint is asked about tokens: revocation, introspection, an API that
 * tells whose a token is. Thread-safe.
 *
 * @param endpoint the hardened client
 * @param kind which endpoint
 */
public record EndpointCall(TokenEndpoint endpoint, EndpointKind kind) {

    /** Sends a form, the client's proof with it. */
    EndpointOutcome post(HeldTokens held, Map<String, String> fields) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        Optional<Secret> proof = ClientAuthenticator.prove(held.client(), kind, fields);
        return endpoint.send(TokenEndpointRequest.post(
                address.get(), FormEncoding.of(fields), proof, held.callDeadline(), () -> true, held.time()));
    }

    /** Sends a form, or gets the address without one, in the name of the access token. */
    public EndpointOutcome asBearer(HeldTokens held, Optional<FormEncoding> form) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        Optional<Secret> bearer =
                Optional.of(Secret.of("Bearer " + held.tokens().accessToken().reveal()));
        return endpoint.send(form.map(fields -> TokenEndpointRequest.post(
                        address.get(), fields, bearer, held.callDeadline(), () -> true, held.time()))
                .orElseGet(() -> TokenEndpointRequest.get(
                        address.get(),
                        FormEncoding.of(Map.of()),
                        bearer,
                        held.callDeadline(),
                        () -> true,
                        held.time())));
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
