package dev.evertoken.providers.internal.oauth1;

import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What time it is at a provider that refuses wrong timestamps: our clock, and how far it was away from the {@code Date}
 * of the last answer that told. Thread-safe.
 */
final class ProviderClock {

    /** Closer than this nobody refuses; a date has whole seconds and has been on its way. */
    static final Duration TOLERANCE = Duration.ofSeconds(30);

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    /** Returns what the provider's clock says. */
    Instant now(Timekeeper time) {
        return time.now().plus(ahead());
    }

    /** Learns from an answer; tells whether a moment that was sent is one that the provider may refuse. */
    boolean learnFrom(Instant sent, ProviderResponse response) {
        Optional<Instant> date = response.header("Date").flatMap(RetryAfter::date);
        date.map(there -> Duration.between(response.at(), there))
                .ifPresent(apart -> ahead.set(isSmall(apart) ? Duration.ZERO : apart));
        return date.filter(there -> !isSmall(Duration.between(sent, there))).isPresent();
    }

    private Duration ahead() {
        Duration known = ahead.get();
        return known == null ? Duration.ZERO : known;
    }

    private static boolean isSmall(Duration apart) {
        return apart.abs().compareTo(TOLERANCE) <= 0;
    }
}
