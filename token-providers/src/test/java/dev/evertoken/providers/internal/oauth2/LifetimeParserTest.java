package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lifetimes in the formats that servers use. */
class LifetimeParserTest {

    private static final Instant SENT = Instant.parse("2026-11-20T10:00:00Z");
    private static final Duration LONGEST = Duration.ofDays(400);

    @ParameterizedTest
    @CsvSource({
        "3600, 3600",
        "3600.0, 3600",
        "3.6e3, 3600",
        "' 3600 ', 3600",
        "3599.9, 3599",
        "1, 1",
        "5184000, 5184000", // 60 days: overflows an int of milliseconds
        "31536000, 31536000",
        "0, 0",
        "-1, 0",
        "-1e12, 0",
        "3600000000, 3600000", // too long in seconds, 41 days in milliseconds
        "1795176000, 11", // 11 s after the request, as epoch seconds
        "1795176000000, 11", // the same as epoch milliseconds
        "1795000000, 0", // an epoch date that has passed
        "34560000, 34560000", // exactly the longest lifetime
        "34560000000, 34560000", // the same in milliseconds
        "34561000, 34561", // longer than that: milliseconds
    })
    void aLifetimeIsConvertedToSecondsAfterTheRequest(String value, long seconds) {
        Instant sent = Instant.ofEpochSecond(1795176000 - 11);
        assertThat(LifetimeParser.end(value, sent, LONGEST)).contains(sent.plusSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e12",
                "1e999999999",
                "NaN",
                "Infinity",
                "-Infinity",
                "soon",
                "1h",
                "true",
                "0x10",
                "99999999999999999999"
            })
    void anInvalidLifetimeIsIgnored(String value) {
        assertThat(LifetimeParser.end(value, SENT, LONGEST)).isEmpty();
    }

    @Test
    void theLongestLifetimeInMillisecondsIsInclusive() {
        assertThat(LifetimeParser.end("34560000000", SENT, LONGEST)).contains(SENT.plus(LONGEST));
        assertThat(LifetimeParser.end("34560000001", SENT, LONGEST)).isEmpty();
    }

    @Test
    void millisecondsAreDetectedByTheProvidersLongestLifetime() {
        Duration day = Duration.ofDays(1);
        assertThat(LifetimeParser.end("3600000", SENT, day)).contains(SENT.plusSeconds(3600));
        assertThat(LifetimeParser.end("3600000", SENT, LONGEST)).contains(SENT.plusSeconds(3_600_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1795176011", "1795176011000", "2026-11-20T12:00:11Z"})
    void aDateIsReadAsEpochOrIso(String value) {
        assertThat(LifetimeParser.date(value, SENT)).contains(Instant.parse("2026-11-20T12:00:11Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-19T12:00:00Z", "1700000000"})
    void aPastDateExpiresImmediately(String value) {
        assertThat(LifetimeParser.date(value, SENT)).contains(SENT);
    }

    @Test
    void theSmallestDateDependsOnItsUnit() {
        Instant seconds = Instant.ofEpochSecond(1_000_000_000);
        Instant millis = Instant.ofEpochMilli(100_000_000_000L);

        assertThat(LifetimeParser.date("1000000000", seconds)).contains(seconds);
        assertThat(LifetimeParser.date("999999999", seconds)).isEmpty();
        assertThat(LifetimeParser.date("100000000000", millis)).contains(millis);
    }

    @Test
    void aDateIsAcceptedWithinTenYears() {
        Instant farthest = SENT.plus(Duration.ofDays(3660));

        assertThat(LifetimeParser.date(farthest.toString(), SENT)).contains(farthest);
        assertThat(LifetimeParser.date(farthest.plusSeconds(1).toString(), SENT))
                .isEmpty();
    }

    @Test
    void aNumberOfUpToFortyCharactersIsRead() {
        assertThat(LifetimeParser.end("0".repeat(36) + "3600", SENT, LONGEST)).contains(SENT.plusSeconds(3600));
        assertThat(LifetimeParser.end("0".repeat(37) + "3600", SENT, LONGEST)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"3600", "tomorrow", "1e14", "2126-11-19T12:00:00Z", "0"})
    void anInvalidDateIsIgnored(String value) {
        assertThat(LifetimeParser.date(value, SENT)).isEmpty();
    }
}
