package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The clock of a provider that refuses wrong timestamps: the local clock plus its offset from the {@code Date} of the
 * last response that had one. Thread-safe.
 */
final class ProviderClock {

    /** Ignores a smaller offset, which no provider refuses: dates have whole seconds and arrive with a delay. */
    static final Duration TOLERANCE = Duration.ofSeconds(30);

    private final AtomicReference<Duration> offset = new AtomicReference<>(Duration.ZERO);

    /** Returns the provider's time. */
    Instant now(Timekeeper time) {
        return time.now().plus(offset());
    }

    /** Updates the offset from a response, and returns whether the provider may refuse the time that was sent. */
    boolean learnFrom(Instant sent, ProviderResponse response) {
        Optional<Instant> date = response.header("Date").flatMap(RetryAfter::date);
        date.map(providerTime -> Duration.between(response.at(), providerTime))
                .ifPresent(difference -> offset.set(isSmall(difference) ? Duration.ZERO : difference));
        return date.filter(providerTime -> !isSmall(Duration.between(sent, providerTime)))
                .isPresent();
    }

    private Duration offset() {
        Duration known = offset.get();
        return known == null ? Duration.ZERO : known;
    }

    private static boolean isSmall(Duration difference) {
        return difference.abs().compareTo(TOLERANCE) <= 0;
    }
}
