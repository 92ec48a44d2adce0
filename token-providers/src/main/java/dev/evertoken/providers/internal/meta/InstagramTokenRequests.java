package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenSet;
import dev.evertoken.providers.internal.oauth2.Deadline;
import dev.evertoken.providers.internal.oauth2.TokenRequests;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.Refresher;
import dev.evertoken.spi.provider.TokenOutcome;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Instagram's two token exchanges: a short-lived token for a long-lived one, which requires the client secret, and a
 * long-lived one for a new one, which requires only the token. Both are GETs at sibling paths. Thread-safe.
 */
final class InstagramTokenRequests implements Refresher {

    /**
     * Codes yield tokens valid for an hour. The bound keeps a long-lived token that was imported near its expiry apart.
     */
    private static final Duration MAX_SHORT_LIFETIME = Duration.ofHours(2);

    private final TokenRequests requests;

    InstagramTokenRequests(TokenRequests requests) {
        this.requests = requests;
    }

    /**
     * Exchanges a short-lived token, left by a consent whose second step failed, whatever its age. A token that ends
     * soon may be either kind if its time of issue is an estimate: if Instagram does not extend it, it is exchanged.
     */
    @Override
    public TokenOutcome refresh(RefreshRequest request) {
        Deadline deadline = Deadline.of(request.callDeadline(), request.time());
        LongLivedTokenRequest longLived = LongLivedTokenRequest.of(request);
        if (isShortLived(request.tokens())) {
            return exchange(longLived.inPlaceOf(EndpointKind.EXCHANGE));
        }
        TokenOutcome extended = prolong(longLived);
        return extended instanceof TokenOutcome.Refused && endsSoon(request)
                ? deadline.left()
                        .map(left -> exchange(longLived.within(left).inPlaceOf(EndpointKind.EXCHANGE)))
                        .filter(TokenOutcome.Issued.class::isInstance)
                        .orElse(extended)
                : extended;
    }

    private static boolean endsSoon(RefreshRequest request) {
        Instant soon = request.time().now().plus(MAX_SHORT_LIFETIME);
        return request.tokens().expiresAt().filter(end -> end.isBefore(soon)).isPresent();
    }

    /** Exchanges a short-lived token for a long-lived one, at a sibling path of the refresh endpoint. */
    TokenOutcome exchange(LongLivedTokenRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("grant_type", "ig_exchange_token");
        request.client().credentials().clientSecret().ifPresent(secret -> query.put("client_secret", secret.reveal()));
        query.put("access_token", request.token().reveal());
        return send(
                request, request.client().endpoint(EndpointKind.REFRESH).map(at -> at.resolve("access_token")), query);
    }

    private TokenOutcome prolong(LongLivedTokenRequest request) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("grant_type", "ig_refresh_token");
        query.put("access_token", request.token().reveal());
        return send(request, request.client().endpoint(EndpointKind.REFRESH), query);
    }

    private TokenOutcome send(LongLivedTokenRequest request, Optional<URI> address, Map<String, String> query) {
        Client client = request.client();
        if (address.isEmpty()) {
            return new TokenOutcome.NotSent(
                    Problem.ENDPOINT_MOVED, "provider " + client.providerId() + " has no REFRESH endpoint");
        }
        return requests.send(
                request.call(address.get(), query, Optional.empty()),
                request.context(),
                client,
                request.key().toString(),
                request.echoFilter());
    }

    private static boolean isShortLived(TokenSet tokens) {
        return tokens.expiresAt()
                .map(end -> Duration.between(tokens.issuedAt(), end))
                .filter(life -> life.compareTo(MAX_SHORT_LIFETIME) <= 0)
                .isPresent();
    }
}
