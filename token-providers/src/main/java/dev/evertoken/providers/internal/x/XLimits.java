package dev.evertoken.providers.internal.x;

import dev.evertoken.providers.internal.oauth2.LifetimeParser;
import dev.evertoken.providers.internal.oauth2.RetryAfter;
import dev.evertoken.providers.internal.oauth2.TokenError;
import dev.evertoken.spi.provider.ProviderResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The times at which X's limits allow requests again. Each limit has three headers, with its size, the remaining
 * requests, and its reset in epoch seconds of the server's clock. A limit of the day is longer than the window of the
 * endpoint, whose reset is in most responses, whichever limit is reached. No time is more than a day away. Stateless.
 * Thread-safe.
 */
final class XLimits {

    private static final String WINDOW = "x-rate-limit";
    private static final String USER_DAY = "x-user-limit-24hour";
    private static final String APP_DAY = "x-app-limit-24hour";

    private static final Duration WINDOW_LENGTH = Duration.ofMinutes(15);

    /** The pause after a limit of a day or a month whose end is unknown. */
    private static final Duration CAP_PAUSE = Duration.ofMinutes(90);

    private XLimits() {}

    /** Returns whether the headers report that a limit of the day is used up. */
    static boolean isDayUsedUp(TokenError at) {
        return isUsedUp(at.response(), USER_DAY) || isUsedUp(at.response(), APP_DAY);
    }

    /** Returns the end of the limit that was reached; without a known one, that of the usual window. */
    static Optional<Instant> opensAt(TokenError at) {
        ProviderResponse response = at.response();
        return isDayUsedUp(at)
                ? capOpensAt(at)
                : reset(response, WINDOW)
                        .or(() -> RetryAfter.of(response))
                        .or(() -> Optional.of(response.at().plus(WINDOW_LENGTH)));
    }

    /**
     * Returns the end of a limit of the day or the month: the reset of the day that is used up, otherwise a pause that
     * is long compared with a window, since no header contains the end.
     */
    static Optional<Instant> capOpensAt(TokenError at) {
        ProviderResponse response = at.response();
        Optional<Instant> day = Stream.of(USER_DAY, APP_DAY)
                .filter(limit -> isUsedUp(response, limit))
                .flatMap(limit -> reset(response, limit).stream())
                .max(Comparator.naturalOrder());
        return day.or(() -> Stream.of(RetryAfter.of(response), after(response, CAP_PAUSE))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder()));
    }

    /** Returns the day of {@code reset_date}, when a spending cap is lifted, or tomorrow if there is none. */
    static Optional<Instant> cycleOpensAt(TokenError at) {
        ProviderResponse response = at.response();
        Optional<Instant> next = at.body().text("reset_date").flatMap(XLimits::day);
        return next.map(day -> Duration.between(response.at(), day))
                .map(left -> left.compareTo(CAP_PAUSE) < 0 ? CAP_PAUSE : left)
                .map(XLimits::atMostADay)
                .or(() -> Optional.of(RetryAfter.MAX_DELAY))
                .map(response.at()::plus);
    }

    private static boolean isUsedUp(ProviderResponse response, String limit) {
        return response.header(limit + "-remaining")
                .filter(left -> left.strip().matches("0+"))
                .isPresent();
    }

    private static Optional<Instant> reset(ProviderResponse response, String limit) {
        Instant serverNow = RetryAfter.serverNow(response);
        return response.header(limit + "-reset")
                .flatMap(text -> LifetimeParser.date(text, serverNow))
                .map(reset -> Duration.between(serverNow, reset))
                .map(XLimits::atMostADay)
                .map(response.at()::plus);
    }

    private static Optional<Instant> after(ProviderResponse response, Duration pause) {
        return Optional.of(response.at().plus(pause));
    }

    private static Duration atMostADay(Duration left) {
        return left.compareTo(RetryAfter.MAX_DELAY) > 0 ? RetryAfter.MAX_DELAY : left;
    }

    private static Optional<Instant> day(String text) {
        try {
            String date = text.strip();
            return Optional.of(LocalDate.parse(date.length() > 10 ? date.substring(0, 10) : date)
                    .atStartOfDay(ZoneOffset.UTC)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty(); // not a date
        }
    }
}
