package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.AppTokenRequest;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.ExchangeRequest;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that Facebook's one token endpoint is asked for: each a GET with the client's id and secret in the query.
 * Thread-safe.
 */
final class FacebookTrades {

    private final TokenRequests requests;
    private final Map<String, String> more;

    /** @param more further parameters of a trade; none of them a secret */
    FacebookTrades(TokenRequests requests, Map<String, String> more) {
        this.requests = requests;
        this.more = Map.copyOf(more);
    }

    /** Trades a code for a token. */
    ExchangeOutcome exchange(ExchangeRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("redirect_uri", request.redirectUri().toString());
        query.put("code", request.code().reveal());
        return ask(Trade.of(request, request.code(), request.callDeadline()), EndpointKind.EXCHANGE, query);
    }

    /** Trades a living token for one that lives longer; an ended one is refused. */
    ExchangeOutcome prolong(Trade trade) {
        Map<String, String> query = new LinkedHashMap<>(more);
        query.put("grant_type", "fb_exchange_token");
        query.put("fb_exchange_token", trade.token().reveal());
        return ask(trade, EndpointKind.REFRESH, query);
    }

    private ExchangeOutcome ask(Trade trade, EndpointKind kind, Map<String, String> query) {
        Client client = trade.client();
        Optional<URI> address = client.endpoint(kind);
        if (address.isEmpty()) {
            return missing(client, kind);
        }
        Optional<Secret> proof = ClientProof.prove(client, kind, query);
        return requests.ask(
                trade.call(address.get(), query, proof),
                trade.context(),
                client,
                trade.key().toString(),
                trade.echo());
    }

    /** Asks for the token of the application itself, which does not end. */
    ExchangeOutcome appToken(AppTokenRequest request) {
        Client client = request.client();
        Optional<URI> address = client.endpoint(EndpointKind.APP_TOKEN);
        if (address.isEmpty()) {
            return missing(client, EndpointKind.APP_TOKEN);
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("grant_type", "client_credentials");
        Optional<Secret> proof = ClientProof.prove(client, EndpointKind.APP_TOKEN, query);
        return requests.ask(
                TokenCall.get(address.get(), Form.of(query), proof, request.callDeadline(), () -> true, request.time()),
                new DialectContext(
                        EndpointKind.APP_TOKEN,
                        Duration.ZERO,
                        client.credentials().scopes(),
                        DialectContext.TokenOf.APP),
                client,
                client.registration(),
                Echo.of(client, List.of()));
    }

    private static ExchangeOutcome missing(Client client, EndpointKind kind) {
        return new ExchangeOutcome.NotSent(
                Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no " + kind + " endpoint");
    }
}
