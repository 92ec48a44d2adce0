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
 * @param format the differences between the provider's requests and those of the RFC
 * @param credential where the access token is sent
 */
public record EndpointCall(TokenEndpoint endpoint, EndpointKind kind, RequestFormat format, ApiCredential credential) {

    private static final FormEncoding NOTHING = FormEncoding.of(Map.of());

    public EndpointCall(TokenEndpoint endpoint, EndpointKind kind) {
        this(endpoint, kind, RequestFormat.OF_THE_RFC, ApiCredential.BEARER);
    }

    /** Posts a form with the client's authentication. */
    EndpointOutcome post(HeldTokens held, Map<String, String> fields) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        return endpoint.send(format.post(
                held.client(), kind, address.get(), fields, held.callDeadline(), () -> true, held.time()));
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
        Optional<Secret> token = held.tokens().accessToken().map(credential::value);
        TokenEndpointRequest request = form.map(fields -> TokenEndpointRequest.post(
                        address.get(), fields, token, held.callDeadline(), () -> true, held.time()))
                .orElseGet(() -> TokenEndpointRequest.get(
                        address.get(), NOTHING, token, held.callDeadline(), () -> true, held.time()));
        return endpoint.send(format.styled(request).authorizedIn(credential.header()));
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
