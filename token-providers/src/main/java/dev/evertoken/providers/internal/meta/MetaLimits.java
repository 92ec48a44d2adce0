package dev.evertoken.providers.internal.meta;

import dev.evertoken.internal.json.JsonArray;
import dev.evertoken.internal.json.JsonObject;
import dev.evertoken.internal.json.JsonValue;
import dev.evertoken.providers.internal.oauth2.ResponseJson;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The times at which Meta's rate limits allow requests again. {@code Retry-After} is not documented; the
 * business-use-case header gives minutes; the limits of applications and users count a rolling hour. Stateless.
 * Thread-safe.
 */
final class MetaLimits {

    private static final Duration ROLLING_HOUR = Duration.ofHours(1);
    private static final Duration HOURS = Duration.ofHours(4);
    private static final Duration DAY = Duration.ofDays(1);

    private MetaLimits() {}

    /** Returns the time in the headers, or the end of a rolling hour without one. */
    static Optional<Instant> opensAt(TokenError at) {
        return fromHeaders(at.response()).or(() -> after(at, ROLLING_HOUR));
    }

    /** Returns the end of a block "for some hours". */
    static Optional<Instant> inSomeHours(TokenError at) {
        return fromHeaders(at.response()).or(() -> after(at, HOURS));
    }

    /** Returns the end of a daily limit. */
    static Optional<Instant> inADay(TokenError at) {
        return after(at, DAY);
    }

    private static Optional<Instant> fromHeaders(ProviderResponse response) {
        Optional<Instant> regained = response.header("X-Business-Use-Case-Usage")
                .flatMap(ResponseJson::object)
                .flatMap(MetaLimits::longestWait)
                .map(wait -> response.at().plus(wait));
        return regained.or(() -> RetryAfter.of(response));
    }

    /** Returns the longest wait, in minutes, from the header, an object with one array for each business. */
    private static Optional<Duration> longestWait(JsonObject businesses) {
        return businesses.members().values().stream()
                .flatMap(MetaLimits::entries)
                .flatMap(entry -> minutes(entry).stream())
                .filter(wait -> !wait.isZero())
                .max(Duration::compareTo)
                .map(wait -> wait.compareTo(RetryAfter.MAX_DELAY) > 0 ? RetryAfter.MAX_DELAY : wait);
    }

    private static Stream<JsonValue> entries(JsonValue business) {
        return business instanceof JsonArray list ? list.values().stream() : Stream.empty();
    }

    private static Optional<Duration> minutes(JsonValue entry) {
        return entry instanceof JsonObject fields
                ? fields.get("estimated_time_to_regain_access")
                        .flatMap(JsonValue::text)
                        .filter(text -> text.matches("\\d{1,6}"))
                        .map(text -> Duration.ofMinutes(Long.parseLong(text)))
                : Optional.empty();
    }

    private static Optional<Instant> after(TokenError at, Duration pause) {
        return Optional.of(at.response().at().plus(pause));
    }
}
