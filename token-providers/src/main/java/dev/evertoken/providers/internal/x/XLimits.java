package dev.evertoken.providers.internal.x;

import dev.evertoken.providers.internal.oauth2.LifetimeParser;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The times at which X's rate limits allow requests again: {@code x-rate-limit-reset} in epoch seconds of the server's
 * clock. Stateless. Thread-safe.
 */
final class XLimits {

    private static final Duration WINDOW = Duration.ofMinutes(15);

    private XLimits() {}

    /** Returns the time of the header, at most a day away; without one, the end of the usual window. */
    static Instant opensAt(ProviderResponse response) {
        return reset(response)
                .or(() -> RetryAfter.of(response))
                .orElseGet(() -> response.at().plus(WINDOW));
    }

    private static Optional<Instant> reset(ProviderResponse response) {
        Instant serverNow = RetryAfter.serverNow(response);
        return response.header("x-rate-limit-reset")
                .flatMap(text -> LifetimeParser.date(text, serverNow))
                .map(reset -> Duration.between(serverNow, reset))
                .map(left -> left.compareTo(RetryAfter.MAX_DELAY) > 0 ? RetryAfter.MAX_DELAY : left)
                .map(response.at()::plus);
    }
}
