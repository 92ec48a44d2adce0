package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.description.EndpointRequest;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.HeldTokens;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sends requests about tokens to the endpoints other than the token endpoint: revocation, introspection, or an API that
 * returns the user of a token. None of them uses up a token, so they may be sent again. Thread-safe.
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

    /** Sends a request of a form that a description declares. */
    EndpointOutcome send(HeldTokens held, EndpointRequest shape, Map<String, String> fields) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        boolean asUser = shape.authorization() == EndpointRequest.Authorization.USER_TOKEN;
        if (asUser && held.tokens().accessToken().isEmpty()) {
            return withoutAccessToken();
        }
        Map<String, String> all = shape.parameters() == EndpointRequest.Parameters.NONE
                ? new LinkedHashMap<>()
                : format.with(kind, fields);
        Optional<Secret> proof = asUser
                ? held.tokens().accessToken().map(credential::value)
                : ClientAuthenticator.prove(held.client(), kind, format.names(), all);
        TokenEndpointRequest request = shaped(held, shape, address.get(), FormEncoding.of(all), proof);
        boolean json = shape.parameters() == EndpointRequest.Parameters.JSON || format.json();
        TokenEndpointRequest styled = request.with(format.headers(), json);
        return endpoint.send(
                (asUser ? styled.authorizedIn(credential.header()) : styled).resendable(true), held.client());
    }

    /** A POST always has a body, even if it is empty. */
    private static TokenEndpointRequest shaped(
            HeldTokens held, EndpointRequest shape, URI address, FormEncoding parameters, Optional<Secret> proof) {
        boolean inBody = shape.parameters() == EndpointRequest.Parameters.FORM
                || shape.parameters() == EndpointRequest.Parameters.JSON;
        FormEncoding body = inBody ? parameters : NOTHING;
        TokenEndpointRequest request = inBody || shape.method() == EndpointRequest.Method.POST
                ? TokenEndpointRequest.post(address, body, proof, held.callDeadline(), () -> true, held.time())
                : TokenEndpointRequest.get(address, NOTHING, proof, held.callDeadline(), () -> true, held.time());
        return request.by(shape.method().name()).asking(inBody ? NOTHING : parameters);
    }

    /** Posts a form, or sends a GET if there is none, authorized by the access token. */
    public EndpointOutcome asBearer(HeldTokens held, Optional<FormEncoding> form) {
        Optional<URI> address = held.client().endpoint(kind);
        if (address.isEmpty()) {
            return missing(held);
        }
        if (held.tokens().accessToken().isEmpty()) {
            return withoutAccessToken();
        }
        Optional<Secret> token = held.tokens().accessToken().map(credential::value);
        TokenEndpointRequest request = form.map(fields -> TokenEndpointRequest.post(
                        address.get(), fields, token, held.callDeadline(), () -> true, held.time()))
                .orElseGet(() -> TokenEndpointRequest.get(
                        address.get(), NOTHING, token, held.callDeadline(), () -> true, held.time()));
        return endpoint.send(
                format.styled(request).authorizedIn(credential.header()).resendable(true), held.client());
    }

    public DialectContext context(HeldTokens held) {
        Duration age = Duration.between(held.tokens().issuedAt(), held.time().now());
        return new DialectContext(kind, age, held.tokens().scopes(), DialectContext.TokenOf.USER);
    }

    private static EndpointOutcome withoutAccessToken() {
        return new EndpointOutcome.NotSent(
                Problem.NOT_SUPPORTED,
                "the request needs an access token, and the account has none yet; use the account once");
    }

    private EndpointOutcome missing(HeldTokens held) {
        return new EndpointOutcome.NotSent(
                Problem.NOT_SUPPORTED, "provider " + held.client().providerId() + " has no " + kind + " endpoint");
    }
}
