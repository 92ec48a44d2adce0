package dev.evertoken.providers;

import dev.evertoken.model.Secret;
import dev.evertoken.spi.RefreshRequest.SendPermit;
import dev.evertoken.spi.Timekeeper;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * One request to a token endpoint or one of its neighbours. Immutable.
 *
 * @param address where to, as {@link dev.evertoken.spi.Endpoints} has checked it
 * @param form what to POST; empty for a GET
 * @param authorization the header's value, empty for none
 * @param deadline a millisecond or more; the call ends within it, looking up the name and connecting included
 * @param permit asked once, when the connection stands
 * @param time what the deadline and the moment of sending are taken from
 */
record TokenCall(
        URI address,
        Optional<Form> form,
        Optional<Secret> authorization,
        Duration deadline,
        SendPermit permit,
        Timekeeper time) {

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
        return new TokenCall(address, Optional.of(form), authorization, deadline, permit, time);
    }
}
