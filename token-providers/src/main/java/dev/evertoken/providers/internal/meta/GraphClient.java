package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.internal.oauth2.EndpointOutcome;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.TokenEndpoint;
import dev.evertoken.providers.internal.oauth2.TokenEndpointRequest;
import dev.evertoken.spi.provider.HeldTokens;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Calls Facebook's Graph API with a user's token in the header and the proof of the app secret in the query.
 * Thread-safe.
 *
 * @param endpoint the client that sends requests once, without retries or redirects
 */
record GraphClient(TokenEndpoint endpoint) {

    /** Gets a path below the API's root, such as {@code /me/accounts}; {@code query} must not hold secrets. */
    EndpointOutcome get(HeldTokens held, String path, Map<String, String> query, Duration deadline) {
        Optional<URI> root = held.client().endpoint(EndpointKind.API);
        return root.isEmpty()
                ? missing(held, EndpointKind.API)
                : send(held, "GET", URI.create(root.get() + path), query, deadline);
    }

    /** Sends a DELETE to an endpoint. */
    EndpointOutcome delete(HeldTokens held, EndpointKind kind) {
        Optional<URI> address = held.client().endpoint(kind);
        return address.isEmpty()
                ? missing(held, kind)
                : send(held, "DELETE", address.get(), Map.of(), held.callDeadline());
    }

    private EndpointOutcome send(
            HeldTokens held, String method, URI address, Map<String, String> query, Duration deadline) {
        Secret token = held.tokens().accessToken().orElseThrow();
        Map<String, String> parameters = new LinkedHashMap<>(query);
        AppSecretProof.of(held.client(), token).ifPresent(proof -> parameters.put(AppSecretProof.NAME, proof.reveal()));
        TokenEndpointRequest call = TokenEndpointRequest.get(
                        address,
                        FormEncoding.of(parameters),
                        Optional.of(Secret.of("Bearer " + token.reveal())),
                        deadline,
                        () -> true,
                        held.time())
                .by(method)
                .resendable(true);
        return endpoint.send(call, held.client());
    }

    private static EndpointOutcome missing(HeldTokens held, EndpointKind kind) {
        return new EndpointOutcome.NotSent(
                Problem.NOT_SUPPORTED, "provider " + held.client().providerId() + " has no " + kind + " endpoint");
    }
}
