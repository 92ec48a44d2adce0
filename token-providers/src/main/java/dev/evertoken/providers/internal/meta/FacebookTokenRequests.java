package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.providers.internal.oauth2.ClientAuthenticator;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenEndpointRequest;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ClientCredentialsRequest;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The requests to Facebook's token endpoint. Each is a GET with the client's id and secret in the query. Thread-safe.
 */
final class FacebookTokenRequests {

    private final TokenRequests requests;
    private final Map<String, String> more;

    /** @param more further parameters for the exchange of a token; none of them is a secret */
    FacebookTokenRequests(TokenRequests requests, Map<String, String> more) {
        this.requests = requests;
        this.more = Map.copyOf(more);
    }

    /** Exchanges a code for a token. */
    TokenOutcome exchange(ExchangeRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("redirect_uri", request.redirectUri().toString());
        query.put("code", request.code().reveal());
        return send(
                LongLivedTokenRequest.of(request, request.code(), request.callDeadline()),
                EndpointKind.EXCHANGE,
                query);
    }

    /** Exchanges a valid token for one with a later expiry; an expired token is refused. */
    TokenOutcome prolong(LongLivedTokenRequest request) {
        Map<String, String> query = new LinkedHashMap<>(more);
        query.put("grant_type", "fb_exchange_token");
        query.put("fb_exchange_token", request.token().reveal());
        return send(request, EndpointKind.REFRESH, query);
    }

    private TokenOutcome send(LongLivedTokenRequest request, EndpointKind kind, Map<String, String> query) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(kind);
        if (address.isEmpty()) {
            return missing(client, kind);
        }
        Optional<Secret> proof = ClientAuthenticator.prove(client, kind, query);
        return requests.send(
                request.call(address.get(), query, proof),
                request.context(),
                client,
                request.key().toString(),
                request.echoFilter());
    }

    /** Requests the app access token, which does not expire. */
    TokenOutcome clientCredentialsToken(ClientCredentialsRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.CLIENT_CREDENTIALS);
        if (address.isEmpty()) {
            return missing(client, EndpointKind.CLIENT_CREDENTIALS);
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("grant_type", "client_credentials");
        Optional<Secret> proof = ClientAuthenticator.prove(client, EndpointKind.CLIENT_CREDENTIALS, query);
        return requests.send(
                TokenEndpointRequest.get(
                                address.get(),
                                FormEncoding.of(query),
                                proof,
                                request.callDeadline(),
                                () -> true,
                                request.time())
                        .resendable(true),
                new DialectContext(
                        EndpointKind.CLIENT_CREDENTIALS,
                        Duration.ZERO,
                        client.credentials().scopes(),
                        DialectContext.TokenOf.APP),
                client,
                client.registration(),
                SecretEchoFilter.of(client, List.of()));
    }

    private static TokenOutcome missing(Client client, EndpointKind kind) {
        return new TokenOutcome.NotSent(
                Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no " + kind + " endpoint");
    }
}
