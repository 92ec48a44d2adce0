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
 * One live token on its way to one that lives longer: what Meta has in place of a refresh. Immutable.
 *
 * @param key whose
 * @param client as whom
 * @param token the live one
 * @param context what the dialect is told
 * @param deadline the call ends within this time
 * @param permit to be asked right before the first byte
 * @param time the clock
 */
record LongLivedTokenRequest(
        TokenKey key,
        Client client,
        Secret token,
        DialectContext context,
        Duration deadline,
        SendPermit permit,
        Timekeeper time) {

    static LongLivedTokenRequest of(RefreshRequest request) {
        return new LongLivedTokenRequest(
                request.key(),
                request.client(),
                request.tokens().accessToken(),
                request.context(),
                request.callDeadline(),
                request.permit(),
                request.time());
    }

    /** Returns the trade that follows the exchange of a code at once. */
    static LongLivedTokenRequest of(ExchangeRequest request, Secret shortLived, Duration deadline) {
        return new LongLivedTokenRequest(
                request.key(),
                request.client(),
                shortLived,
                new DialectContext(EndpointKind.EXCHANGE, Duration.ZERO, request.scopes(), DialectContext.TokenOf.USER),
                deadline,
                () -> true,
                request.time());
    }

    /** Returns the same trade as a part of another request. */
    LongLivedTokenRequest inPlaceOf(EndpointKind other) {
        DialectContext same = new DialectContext(other, context.age(), context.scopes(), context.subject());
        return new LongLivedTokenRequest(key, client, token, same, deadline, permit, time);
    }

    /** Returns the request, its secrets in the query. */
    TokenEndpointRequest call(URI address, Map<String, String> query, Optional<Secret> authorization) {
        return TokenEndpointRequest.get(address, FormEncoding.of(query), authorization, deadline, permit, time);
    }

    /** Recognises what the request carries. */
    SecretEchoFilter echoFilter() {
        return SecretEchoFilter.of(client, List.of(token));
    }

    @Override
    public String toString() {
        return "Trade[" + key + "]";
    }
}
