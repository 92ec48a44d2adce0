package dev.evertoken.providers;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.RefreshRequest.SendPermit;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One request to a token endpoint or one of its neighbours. Prints the names of what it sends, never the values.
 * Immutable.
 *
 * @param method {@code POST}, {@code GET} or {@code DELETE}
 * @param address where to, as {@link dev.evertoken.spi.Endpoints} has checked it
 * @param query what is added to the address; may hold secrets, so it is kept apart from what is printed
 * @param form what to POST; empty for a request without a body
 * @param authorization the header's value, empty for none
 * @param deadline a millisecond or more; the call ends within it, looking up the name and connecting included
 * @param permit asked once, when the connection stands
 * @param time what the deadline and the moment of sending are taken from
 */
record TokenCall(
        String method,
        URI address,
        Form query,
        Optional<Form> form,
        Optional<Secret> authorization,
        Duration deadline,
        SendPermit permit,
        Timekeeper time) {

    private static final Form NOTHING = Form.of(Map.of());

    TokenCall {
        if (deadline.toMillis() < 1) {
            throw new IllegalArgumentException("call deadline " + deadline + " is shorter than a millisecond");
        }
    }

    static TokenCall post(
            URI address,
            Form form,
            Optional<Secret> authorization,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        return new TokenCall("POST", address, NOTHING, Optional.of(form), authorization, deadline, permit, time);
    }

    /** Returns a request that says all in its address. */
    static TokenCall get(
            URI address,
            Form query,
            Optional<Secret> authorization,
            Duration deadline,
            SendPermit permit,
            Timekeeper time) {
        return new TokenCall("GET", address, query, Optional.empty(), authorization, deadline, permit, time);
    }

    /** Returns the same request by another method. */
    TokenCall by(String other) {
        return new TokenCall(other, address, query, form, authorization, deadline, permit, time);
    }

    /** Returns the address as it is sent, a secret in clear text. */
    String target() {
        String more = query.text();
        String separator = address.getRawQuery() == null ? "?" : "&";
        return more.isEmpty() ? address.toString() : address + separator + more;
    }
}
