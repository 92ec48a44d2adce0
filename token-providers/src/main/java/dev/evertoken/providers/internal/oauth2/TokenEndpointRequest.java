package dev.evertoken.providers.internal.oauth2;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.RefreshRequest.SendPermit;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One request to a token endpoint or one of its neighbours. Prints the names of what it sends, never the values.
 * Immutable.
 *
 * @param method {@code POST}, {@code GET} or {@code DELETE}
 * @param address where to, as {@link dev.evertoken.spi.provider.Endpoints} has checked it
 * @param query what is added to the address; may hold secrets, so it is kept apart from what is printed
 * @param form what to POST; empty for a request without a body
 * @param authorization the header's value, empty for none
 * @param deadline a millisecond or more; the call ends within it, looking up the name and connecting included
 * @param permit asked once, when the connection stands
 * @param time what the deadline and the moment of sending are taken from
 */
public record TokenEndpointRequest(
        String method,
        URI address,
        FormEncoding query,
        Optional<FormEncoding> form,
        Optional<Secret> authorization,
        Duration deadline,
        SendPermit permit,
        Timekeeper time) {

    private static final FormEncoding NOTHING = FormEncoding.of(Map.of());

    public TokenEndpointRequest {
        if (deadline.toMillis() < 1) {
            throw new IllegalArgumentException("call deadline " + deadline + " is shorter than a millisecond");
        }
    }

    public static TokenEndpointRequest post(
            URI address,
            FormEncoding form,
            Optional<Secret> authorization,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        return new TokenEndpointRequest(
                "POST", address, NOTHING, Optional.of(form), authorization, deadline, permit, time);
    }

    /** Returns a request that says all in its address. */
    public static TokenEndpointRequest get(
            URI address,
            FormEncoding query,
            Optional<Secret> authorization,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        return new TokenEndpointRequest("GET", address, query, Optional.empty(), authorization, deadline, permit, time);
    }

    /** Returns the same request by another method. */
    public TokenEndpointRequest by(String other) {
        return new TokenEndpointRequest(other, address, query, form, authorization, deadline, permit, time);
    }

    /** Returns the address as it is sent, a secret in clear text. */
    String target() {
        String more = query.text();
        String separator = address.getRawQuery() == null ? "?" : "&";
        return more.isEmpty() ? address.toString() : address + separator + more;
    }
}
