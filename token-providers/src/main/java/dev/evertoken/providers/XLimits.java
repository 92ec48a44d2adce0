package dev.evertoken.providers;

import dev.evertoken.spi.ProviderAnswer;
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
    static Instant opensAt(ProviderAnswer answer) {
        return told(answer)
                .or(() -> RetryAfter.of(answer))
                .orElseGet(() -> answer.at().plus(WINDOW));
    }

    private static Optional<Instant> told(ProviderAnswer answer) {
        Instant serverNow = RetryAfter.serverNow(answer);
        return answer.header("x-rate-limit-reset")
                .flatMap(text -> ToldTime.date(text, serverNow))
                .map(reset -> Duration.between(serverNow, reset))
                .map(left -> left.compareTo(RetryAfter.LONGEST) > 0 ? RetryAfter.LONGEST : left)
                .map(answer.at()::plus);
    }
}
