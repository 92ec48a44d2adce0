package dev.evertoken.providers.internal.x;

import dev.evertoken.providers.internal.oauth2.LifetimeParser;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When X's rate limits open again: {@code x-rate-limit-reset} in epoch seconds, by the server's own clock. Stateless.
 * Thread-safe.
 */
final class XLimits {

    private static final Duration WINDOW = Duration.ofMinutes(15);

    private XLimits() {}

    /** Returns the told moment, at most a day away; without one, the end of the usual window. */
    static Instant opensAt(ProviderResponse response) {
        return told(response)
                .or(() -> RetryAfter.of(response))
                .orElseGet(() -> response.at().plus(WINDOW));
    }

    private static Optional<Instant> told(ProviderResponse response) {
        Instant serverNow = RetryAfter.serverNow(response);
        return response.header("x-rate-limit-reset")
                .flatMap(text -> LifetimeParser.date(text, serverNow))
                .map(reset -> Duration.between(serverNow, reset))
                .map(left -> left.compareTo(RetryAfter.LONGEST) > 0 ? RetryAfter.LONGEST : left)
                .map(response.at()::plus);
    }
}
