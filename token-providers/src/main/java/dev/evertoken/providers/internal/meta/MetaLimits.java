package dev.evertoken.providers.internal.meta;

import dev.evertoken.providers.internal.oauth2.JsonTree;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.spi.provider.ProviderResponse;
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
    static Optional<Instant> opensAt(TokenError at) {
        return told(at.response()).or(() -> after(at, ROLLING_HOUR));
    }

    /** Returns what a block "for some hours" amounts to. */
    static Optional<Instant> inSomeHours(TokenError at) {
        return told(at.response()).or(() -> after(at, HOURS));
    }

    /** Returns the end of a limit that counts a whole day. */
    static Optional<Instant> inADay(TokenError at) {
        return after(at, DAY);
    }

    private static Optional<Instant> told(ProviderResponse response) {
        Optional<Instant> regained = response.header("X-Business-Use-Case-Usage")
                .flatMap(JsonTree::object)
                .flatMap(MetaLimits::longestWait)
                .map(wait -> response.at().plus(wait));
        return regained.or(() -> RetryAfter.of(response));
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

    private static Optional<Instant> after(TokenError at, Duration pause) {
        return Optional.of(at.response().at().plus(pause));
    }
}
