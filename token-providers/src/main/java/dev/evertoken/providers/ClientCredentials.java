package dev.evertoken.providers;

import dev.evertoken.model.ClientAuthentication;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.AppTokenRequest;
import dev.evertoken.spi.AppTokens;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ExchangeOutcome;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The client credentials grant (RFC 6749 section 4.4). Thread-safe. */
final class ClientCredentials implements AppTokens {

    private final TokenRequests requests;
    private final boolean sendsScopes;

    ClientCredentials(TokenRequests requests) {
        this(requests, true);
    }

    /** @param sendsScopes whether the registration's scopes are asked for, or are those of people alone */
    ClientCredentials(TokenRequests requests, boolean sendsScopes) {
        this.requests = requests;
        this.sendsScopes = sendsScopes;
    }

    @Override
    public ExchangeOutcome appToken(AppTokenRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.APP_TOKEN);
        if (address.isEmpty()) {
            return new ExchangeOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no APP_TOKEN endpoint");
        }
        if (lacksItsSecret(client)) {
            return new ExchangeOutcome.NotSent(
                    Problem.NOT_SUPPORTED,
                    "tokens of the application itself take a client secret, and client " + client.registration()
                            + " has none; nothing was sent");
        }
        Set<String> scopes = sendsScopes ? client.credentials().scopes() : Set.of();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("grant_type", "client_credentials");
        if (!scopes.isEmpty()) {
            fields.put("scope", String.join(client.profile().scopeSeparator(), scopes));
        }
        Optional<Secret> proof = ClientProof.prove(client, EndpointKind.APP_TOKEN, fields);
        return requests.ask(
                TokenCall.post(
                        address.get(), Form.of(fields), proof, request.callDeadline(), () -> true, request.time()),
                new DialectContext(EndpointKind.APP_TOKEN, Duration.ZERO, scopes, DialectContext.TokenOf.APP),
                client,
                client.registration(),
                Echo.of(client, List.of()));
    }

    /** RFC 6749 section 4.4: only confidential clients. */
    private static boolean lacksItsSecret(Client client) {
        return client.credentials().clientSecret().isEmpty()
                && client.authentication(EndpointKind.APP_TOKEN) != ClientAuthentication.NONE;
    }
}
