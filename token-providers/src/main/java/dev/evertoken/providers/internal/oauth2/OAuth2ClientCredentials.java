package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.ClientCredentialsGrant;
import dev.evertoken.spi.provider.ClientCredentialsRequest;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The client credentials grant (RFC 6749 section 4.4). Thread-safe. */
public final class OAuth2ClientCredentials implements ClientCredentialsGrant {

    private final TokenRequests requests;
    private final boolean sendsScopes;

    public OAuth2ClientCredentials(TokenRequests requests) {
        this(requests, true);
    }

    /**
     * @param sendsScopes whether the request names the scopes of the registration; false if those are for users only
     */
    public OAuth2ClientCredentials(TokenRequests requests, boolean sendsScopes) {
        this.requests = requests;
        this.sendsScopes = sendsScopes;
    }

    @Override
    public TokenOutcome token(ClientCredentialsRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.CLIENT_CREDENTIALS);
        if (address.isEmpty()) {
            return new TokenOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no CLIENT_CREDENTIALS endpoint");
        }
        if (lacksRequiredSecret(client)) {
            return new TokenOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "client credentials tokens require a client secret, and client " + client.registration()
                            + " has none; nothing was sent");
        }
        Set<String> scopes = sendsScopes ? client.credentials().scopes() : Set.of();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "client_credentials");
        if (!scopes.isEmpty()) {
            fields.put("scope", String.join(client.profile().scopeSeparator(), scopes));
        }
        return requests.send(
                requests.format()
                        .post(
                                client,
                                EndpointKind.CLIENT_CREDENTIALS,
                                address.get(),
                                fields,
                                request.callDeadline(),
                                () -> true,
                                request.time())
                        .resendable(true),
                new DialectContext(EndpointKind.CLIENT_CREDENTIALS, Duration.ZERO, scopes, DialectContext.TokenOf.APP),
                client,
                client.registration(),
                SecretEchoFilter.of(client, List.of()));
    }

    /** RFC 6749 section 4.4 restricts the grant to confidential clients. */
    private static boolean lacksRequiredSecret(Client client) {
        ClientAuthentication method = client.authentication(EndpointKind.CLIENT_CREDENTIALS);
        return client.credentials().clientSecret().isEmpty()
                && method != ClientAuthentication.NONE
                && !method.isByCertificate();
    }
}
