package dev.evertoken.providers.internal.google;

import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The times at which Google's limits allow requests again. They are in {@code Retry-After}, in {@code
 * google.rpc.RetryInfo} in the body, or, at Gmail, in the message. The body is searched as text, since the beginning of
 * a long response need not be complete JSON. Stateless. Thread-safe.
 */
final class GoogleLimits {

    private static final ZoneId QUOTA_ZONE = ZoneId.of("America/Los_Angeles");
    private static final Pattern GMAIL_PAUSE =
            Pattern.compile("Retry after (\\d{4}-\\d\\d-\\d\\dT[0-9:.]{5,20}(?:Z|[+-]\\d\\d:\\d\\d))");
    private static final Pattern RETRY_DELAY =
            Pattern.compile("\"retryDelay\"\\s{0,20}:\\s{0,20}\"(\\d{1,9}(?:\\.\\d{1,9})?)s\"");

    private GoogleLimits() {}

    /** Returns the latest of the times that the response contains; empty if it contains none. */
    static Optional<Instant> opensAt(TokenError at) {
        return Stream.of(RetryAfter.of(at.response()), retryInfo(at.response()), gmailPause(at.response()))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    /** Returns the next midnight in California, when quotas are reset. */
    static Optional<Instant> nextQuotaDay(TokenError at) {
        return Optional.of(nextQuotaDay(at.response().at()));
    }

    private static Instant nextQuotaDay(Instant now) {
        return now.atZone(QUOTA_ZONE)
                .toLocalDate()
                .plusDays(1)
                .atStartOfDay(QUOTA_ZONE)
                .toInstant();
    }

    /** Returns the time of {@code google.rpc.RetryInfo}, whose delay is a number of seconds with an {@code s}. */
    private static Optional<Instant> retryInfo(ProviderResponse response) {
        Matcher matcher = RETRY_DELAY.matcher(response.body());
        if (!matcher.find()) {
            return Optional.empty();
        }
        Duration delay = Duration.parse("PT" + matcher.group(1) + "S");
        return Optional.of(
                response.at().plus(delay.compareTo(RetryAfter.MAX_DELAY) > 0 ? RetryAfter.MAX_DELAY : delay));
    }

    /** Returns the time that Gmail includes in its message. */
    private static Optional<Instant> gmailPause(ProviderResponse response) {
        Matcher matcher = GMAIL_PAUSE.matcher(response.body());
        if (!matcher.find()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OffsetDateTime.parse(matcher.group(1)).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // not a date
        }
    }
}
