package dev.evertoken.providers;

import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Client;
import dev.evertoken.spi.DialectContext;
import dev.evertoken.spi.ExchangeRequest;
import dev.evertoken.spi.RefreshRequest;
import dev.evertoken.spi.RefreshRequest.SendPermit;
import dev.evertoken.spi.Timekeeper;
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
record Trade(
        TokenKey key,
        Client client,
        Secret token,
        DialectContext context,
        Duration deadline,
        SendPermit permit,
        Timekeeper time) {

    static Trade of(RefreshRequest request) {
        return new Trade(
                request.key(),
                request.client(),
                request.tokens().accessToken(),
                request.context(),
                request.callDeadline(),
                request.permit(),
                request.time());
    }

    /** Returns the trade that follows the exchange of a code at once. */
    static Trade of(ExchangeRequest request, Secret shortLived, Duration deadline) {
        return new Trade(
                request.key(),
                request.client(),
                shortLived,
                new DialectContext(EndpointKind.EXCHANGE, Duration.ZERO, request.scopes(), DialectContext.TokenOf.USER),
                deadline,
                () -> true,
                request.time());
    }

    /** Returns the same trade as a part of another request. */
    Trade inPlaceOf(EndpointKind other) {
        DialectContext same = new DialectContext(other, context.age(), context.scopes(), context.subject());
        return new Trade(key, client, token, same, deadline, permit, time);
    }

    /** Returns the request, its secrets in the query. */
    TokenCall call(URI address, Map<String, String> query, Optional<Secret> authorization) {
        return TokenCall.get(address, Form.of(query), authorization, deadline, permit, time);
    }

    /** Recognises what the request carries. */
    Echo echo() {
        return Echo.of(client, List.of(token));
    }

    @Override
    public String toString() {
        return "Trade[" + key + "]";
    }
}
