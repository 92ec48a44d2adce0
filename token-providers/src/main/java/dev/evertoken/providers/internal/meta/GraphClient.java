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
 * Asks Facebook's Graph API in the name of a user's token: the token goes into the header, the proof of the app secret
 * into the query. Thread-safe.
 *
 * @param endpoint the hardened client
 */
record GraphClient(TokenEndpoint endpoint) {

    /** Asks for something below the API's root, as {@code /me/accounts}; {@code query} holds no secret. */
    EndpointOutcome get(HeldTokens held, String path, Map<String, String> query, Duration deadline) {
        Optional<URI> root = held.client().endpoint(EndpointKind.API);
        return root.isEmpty()
                ? missing(held, EndpointKind.API)
                : send(held, "GET", URI.create(root.get() + path), query, deadline);
    }

    /** Deletes what is at an endpoint. */
    EndpointOutcome delete(HeldTokens held, EndpointKind kind) {
        Optional<URI> address = held.client().endpoint(kind);
        return address.isEmpty()
                ? missing(held, kind)
                : send(held, "DELETE", address.get(), Map.of(), held.callDeadline());
    }

    private EndpointOutcome send(
            HeldTokens held, String method, URI address, Map<String, String> query, Duration deadline) {
        Secret token = held.tokens().accessToken();
        Map<String, String> proven = new LinkedHashMap<>(query);
        AppSecretProof.of(held.client(), token).ifPresent(proof -> proven.put(AppSecretProof.NAME, proof.reveal()));
        return endpoint.send(TokenEndpointRequest.get(
                        address,
                        FormEncoding.of(proven),
                        Optional.of(Secret.of("Bearer " + token.reveal())),
                        deadline,
                        () -> true,
                        held.time())
                .by(method));
    }

    private static EndpointOutcome missing(HeldTokens held, EndpointKind kind) {
        return new EndpointOutcome.NotSent(
                Problem.NOT_SUPPORTED, "provider " + held.client().providerId() + " has no " + kind + " endpoint");
    }
}
