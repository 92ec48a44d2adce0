package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.ExchangeOutcome;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.Refresher;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Instagram's two trades: a short-lived token for a long-lived one, which takes the client's secret, and a long-lived
 * one for more time, which takes nothing but the token. Both are GETs, at places beside each other. Thread-safe.
 */
final class InstagramTrades implements Refresher {

    /** Codes bring tokens of an hour; a long-lived one that was handed over near its end must not be taken for one. */
    private static final Duration LONGEST_SHORT_LIFE = Duration.ofHours(2);

    private final TokenRequests requests;

    InstagramTrades(TokenRequests requests) {
        this.requests = requests;
    }

    /** A consent whose second step failed has a short-lived token: it is traded now, however young it is. */
    @Override
    public RefreshOutcome refresh(RefreshRequest request) {
        Trade trade = Trade.of(request);
        return OAuth2Refresher.refreshed(
                isShortLived(request.tokens()) ? exchange(trade.inPlaceOf(EndpointKind.EXCHANGE)) : prolong(trade));
    }

    /** Trades a short-lived token for a long-lived one; it is asked for beside the refresh. */
    ExchangeOutcome exchange(Trade trade) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("grant_type", "ig_exchange_token");
        trade.client().credentials().clientSecret().ifPresent(secret -> query.put("client_secret", secret.reveal()));
        query.put("access_token", trade.token().reveal());
        return ask(trade, trade.client().endpoint(EndpointKind.REFRESH).map(at -> at.resolve("access_token")), query);
    }

    private ExchangeOutcome prolong(Trade trade) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("grant_type", "ig_refresh_token");
        query.put("access_token", trade.token().reveal());
        return ask(trade, trade.client().endpoint(EndpointKind.REFRESH), query);
    }

    private ExchangeOutcome ask(Trade trade, Optional<URI> address, Map<String, String> query) {
        Client client = trade.client();
        if (address.isEmpty()) {
            return new ExchangeOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no REFRESH endpoint");
        }
        return requests.ask(
                trade.call(address.get(), query, Optional.empty()),
                trade.context(),
                client,
                trade.key().toString(),
                trade.echo());
    }

    private static boolean isShortLived(TokenSet tokens) {
        return tokens.expiresAt()
                .map(end -> Duration.between(tokens.issuedAt(), end))
                .filter(life -> life.compareTo(LONGEST_SHORT_LIFE) <= 0)
                .isPresent();
    }
}
