package dev.evertoken.providers.internal.meta;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.internal.oauth2.FormEncoding;
import dev.evertoken.providers.internal.oauth2.SecretEchoFilter;
import dev.evertoken.providers.internal.oauth2.TokenEndpointRequest;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.Client;
import dev.evertoken.spi.provider.DialectContext;
import dev.evertoken.spi.provider.ExchangeRequest;
import dev.evertoken.spi.provider.RefreshRequest;
import dev.evertoken.spi.provider.RefreshRequest.SendPermit;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request to exchange a valid token for one with a later expiry, which Meta has instead of a refresh. Immutable.
 *
 * @param key the account
 * @param client the client that sends the request
 * @param token the valid token
 * @param context the context for the dialect
 * @param deadline the limit of the call
 * @param permit checked immediately before the first byte
 * @param time the clock
 * @param resendHarmless whether the provider may receive the request twice
 */
record LongLivedTokenRequest(
        TokenKey key,
        Client client,
        Secret token,
        DialectContext context,
        Duration deadline,
        SendPermit permit,
        Timekeeper time,
        boolean resendHarmless) {

    static LongLivedTokenRequest of(RefreshRequest request) {
        return new LongLivedTokenRequest(
                request.key(),
                request.client(),
                request.tokens().accessToken().orElseThrow(),
                request.context(),
                request.callDeadline(),
                request.permit(),
                request.time(),
                request.resendHarmless());
    }

    /** Returns the request that directly follows the exchange of a code. */
    static LongLivedTokenRequest of(ExchangeRequest request, Secret shortLived, Duration deadline) {
        return new LongLivedTokenRequest(
                request.key(),
                request.client(),
                shortLived,
                new DialectContext(EndpointKind.EXCHANGE, Duration.ZERO, request.scopes(), DialectContext.TokenOf.USER),
                deadline,
                () -> true,
                request.time(),
                false);
    }

    /** Returns the same request with another limit. */
    LongLivedTokenRequest within(Duration limit) {
        return new LongLivedTokenRequest(key, client, token, context, limit, permit, time, resendHarmless);
    }

    /** Returns the same request in the context of another endpoint. */
    LongLivedTokenRequest inPlaceOf(EndpointKind other) {
        DialectContext same = new DialectContext(other, context.age(), context.scopes(), context.subject());
        return new LongLivedTokenRequest(key, client, token, same, deadline, permit, time, resendHarmless);
    }

    /** Returns the HTTP request, with its secrets in the query. */
    TokenEndpointRequest call(URI address, Map<String, String> query, Optional<Secret> authorization) {
        return TokenEndpointRequest.get(address, FormEncoding.of(query), authorization, deadline, permit, time)
                .resendable(resendHarmless);
    }

    /** Returns a filter for the secrets of the request. */
    SecretEchoFilter echoFilter() {
        return SecretEchoFilter.of(client, List.of(token));
    }

    @Override
    public String toString() {
        return "LongLivedTokenRequest[" + key + "]";
    }
}
