package dev.evertoken.providers;

import dev.evertoken.spi.ProviderAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When X's rate limits open again: {@code x-rate-limit-reset} has epoch seconds; where it is missing a window of 15
 * minutes is waited for. Stateless. Thread-safe.
 */
final class XRateLimit {

    private static final Duration WINDOW = Duration.ofMinutes(15);

    private XRateLimit() {}

    static Optional<Instant> opensAt(ProviderAnswer answer) {
        Optional<Instant> reset = answer.header("x-rate-limit-reset")
                .map(String::strip)
                .filter(text -> text.matches("\\d{9,11}"))
                .map(text -> Instant.ofEpochSecond(Long.parseLong(text)));
        return reset.filter(moment -> moment.isAfter(answer.at()))
                .map(moment -> clamped(moment, answer.at()))
                .or(() -> RetryAfter.of(answer))
                .or(() -> Optional.of(answer.at().plus(WINDOW)));
    }

    private static Instant clamped(Instant moment, Instant now) {
        Instant latest = now.plus(RetryAfter.LONGEST);
        return moment.isBefore(latest) ? moment : latest;
    }
}
