package dev.evertoken.providers;

import dev.evertoken.spi.ProviderAnswer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * When Meta's limits open again. {@code Retry-After} is not documented; the business-use-case header tells minutes,
 * and the limits of applications and users count a rolling hour. Stateless. Thread-safe.
 */
final class MetaLimits {

    private static final Duration ROLLING_HOUR = Duration.ofHours(1);
    private static final Duration HOURS = Duration.ofHours(4);
    private static final Duration DAY = Duration.ofDays(1);

    private MetaLimits() {}

    /** Returns the moment that the headers tell, else the end of a rolling hour. */
    static Optional<Instant> opensAt(TokenCase at) {
        return told(at.answer()).or(() -> after(at, ROLLING_HOUR));
    }

    /** Returns what a block "for some hours" amounts to. */
    static Optional<Instant> inSomeHours(TokenCase at) {
        return told(at.answer()).or(() -> after(at, HOURS));
    }

    /** Returns the end of a limit that counts a whole day. */
    static Optional<Instant> inADay(TokenCase at) {
        return after(at, DAY);
    }

    private static Optional<Instant> told(ProviderAnswer answer) {
        Optional<Instant> regained = answer.header("X-Business-Use-Case-Usage")
                .flatMap(JsonTree::object)
                .flatMap(MetaLimits::longestWait)
                .map(wait -> answer.at().plus(wait));
        return regained.or(() -> RetryAfter.of(answer));
    }

    /** The header is an object of lists, one for each business: the longest wait counts, in minutes. */
    private static Optional<Duration> longestWait(Map<String, Object> businesses) {
        return businesses.values().stream()
                .flatMap(MetaLimits::entries)
                .flatMap(entry -> minutes(entry).stream())
                .filter(wait -> !wait.isZero())
                .max(Duration::compareTo)
                .map(wait -> wait.compareTo(RetryAfter.LONGEST) > 0 ? RetryAfter.LONGEST : wait);
    }

    private static Stream<?> entries(Object business) {
        return business instanceof List<?> list ? list.stream() : Stream.empty();
    }

    private static Optional<Duration> minutes(Object entry) {
        Object told = entry instanceof Map<?, ?> fields ? fields.get("estimated_time_to_regain_access") : null;
        String text = told instanceof JsonTree.JsonNumber number ? number.text() : String.valueOf(told);
        return text.matches("\\d{1,6}") ? Optional.of(Duration.ofMinutes(Long.parseLong(text))) : Optional.empty();
    }

    private static Optional<Instant> after(TokenCase at, Duration pause) {
        return Optional.of(at.answer().at().plus(pause));
    }
}
