package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(10), new SplittableRandom(1));

    @ParameterizedTest
    @CsvSource({
        "1, 1, 2",
        "2, 2, 4",
        "3, 4, 8",
        "9, 256, 512",
        "10, 300, 600",
        "33, 300, 600",
        "34, 300, 600",
        "60, 300, 600",
        "2147483647, 300, 600"
    })
    void aPauseDoublesWithEveryFailureUpToTheCap(int failures, long least, long most) {
        for (int i = 0; i < 500; i++) {
            assertThat(backoff.delay(failures)).isBetween(Duration.ofSeconds(least), Duration.ofSeconds(most));
        }
    }

    @Test
    void manyAccountsAreNotRetriedAtOneTime() {
        Set<Long> seconds = IntStream.range(0, 2000)
                .mapToObj(i -> backoff.delay(30).toSeconds())
                .collect(Collectors.toSet());

        assertThat(seconds).hasSizeGreaterThan(250);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aCountWithoutAFailureIsRejected(int failures) {
        assertThatThrownBy(() -> backoff.delay(failures))
                .hasMessage("there is no back-off after " + failures + " failures");
    }

    @Test
    void aFloorAndACapThatDoNotFitAreRejected() {
        assertThatThrownBy(() -> between(Duration.ZERO, Duration.ofSeconds(1)))
                .hasMessage("back-off floor PT0S must be positive");
        assertThatThrownBy(() -> between(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessage("back-off cap PT1S is shorter than its floor PT2S");
        assertThatThrownBy(() -> between(Duration.ofSeconds(2), Duration.ofDays(366)))
                .hasMessage("back-off cap PT8784H is longer than 365 days");
        assertThat(between(Duration.ofDays(365), Duration.ofDays(365)).delay(1)).isEqualTo(Duration.ofDays(365));
    }

    @Test
    void bothEndsOfAPauseAreReached() {
        Backoff tiny = between(Duration.ofNanos(1), Duration.ofNanos(2));

        assertThat(IntStream.range(0, 50).mapToObj(i -> tiny.delay(1)).distinct())
                .containsExactlyInAnyOrder(Duration.ofNanos(1), Duration.ofNanos(2));
    }

    @Test
    void aSaveIsRetriedSoonEvenInAShortWindow() {
        assertThat(Backoff.betweenSaves(Duration.ofSeconds(5)).delay(1)).isLessThanOrEqualTo(Duration.ofMillis(200));
        assertThat(Backoff.betweenSaves(Duration.ofSeconds(5)).delay(40)).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(Backoff.betweenSaves(Duration.ofMillis(7)).delay(1)).isEqualTo(Duration.ofMillis(7));
    }

    @Test
    void attemptsAreDelayedByTenMinutesAtMost() {
        assertThat(Backoff.betweenAttempts().delay(1)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(Backoff.betweenAttempts().delay(100)).isBetween(Duration.ofMinutes(5), Duration.ofMinutes(10));
        assertThat(IntStream.range(0, 20)
                        .mapToObj(i -> Backoff.betweenAttempts().delay(100))
                        .distinct())
                .as("random pauses")
                .hasSizeGreaterThan(10);
    }

    @Test
    void aRetryTimeOfTheProviderIsDelayedButNeverMovedEarlier() {
        Instant retryAt = NOW.plusSeconds(100);
        for (int i = 0; i < 500; i++) {
            assertThat(backoff.next(1, Optional.of(retryAt), NOW)).isBetween(retryAt, retryAt.plusSeconds(10));
        }
    }

    @Test
    void aRetryTimeThatIsPastOrWithinTheBackoffDoesNotShortenIt() {
        assertThat(backoff.next(1, Optional.of(NOW.minusSeconds(5)), NOW)).isAfterOrEqualTo(NOW.plusSeconds(1));
        assertThat(backoff.next(1, Optional.of(NOW), NOW)).isAfterOrEqualTo(NOW.plusSeconds(1));
        assertThat(backoff.next(10, Optional.of(NOW.plusSeconds(1)), NOW)).isAfterOrEqualTo(NOW.plusSeconds(300));
    }

    @Test
    void aRetryTimeIsHonoredForADayAtMost() {
        assertThat(backoff.next(1, Optional.of(NOW.plus(Duration.ofDays(3650))), NOW))
                .isEqualTo(NOW.plus(Duration.ofHours(24)));
        assertThat(backoff.next(1, Optional.of(Instant.MAX), NOW)).isEqualTo(NOW.plus(Duration.ofHours(24)));
        assertThat(backoff.next(1, Optional.of(NOW.plus(Duration.ofMinutes(1439))), NOW))
                .isBetween(NOW.plus(Duration.ofMinutes(1439)), NOW.plus(Duration.ofHours(24)));
    }

    private static Backoff between(Duration floor, Duration cap) {
        return new Backoff(floor, cap, new SplittableRandom(1));
    }
}
