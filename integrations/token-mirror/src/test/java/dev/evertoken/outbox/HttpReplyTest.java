package dev.evertoken.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReplyTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "120 | PT2M",
                "0 | PT0S",
                "Sun, 01 Mar 2026 12:01:30 GMT | PT1M30S",
                "Sun, 01 Mar 2026 11:00:00 GMT | PT0S",
                "999999999 | PT24H"
            })
    void aPauseIsANumberOfSecondsOrADate(String header, Duration pause) {
        assertThat(reply(429, header).pause(NOON)).contains(pause);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-5", "1.5", "12345678901234567890", ""})
    void anythingElseIsNoPause(String header) {
        assertThat(reply(429, header).pause(NOON)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "301, REFUSED",
        "308, REFUSED",
        "401, REFUSED",
        "403, REFUSED",
        "407, REFUSED",
        "410, GONE",
        "429, UNAVAILABLE",
        "502, UNAVAILABLE",
        "503, UNAVAILABLE",
        "504, UNAVAILABLE",
        "400, RETRY",
        "422, RETRY",
        "500, RETRY"
    })
    void aStatusConcernsTheDestinationOrTheMessage(int status, DeliveryResult.Kind kind) {
        assertThat(reply(status, "").failure(NOON).kind()).isEqualTo(kind);
    }

    @Test
    void theTextOfAReplyLeavesOutItsBody() {
        HttpReply reply = new HttpReply(200, Optional.empty(), "a secret".getBytes(StandardCharsets.UTF_8), false);

        assertThat(reply).hasToString("HttpReply[200, 8 bytes and more]");
    }

    private static HttpReply reply(int status, String retryAfter) {
        return new HttpReply(status, Optional.of(retryAfter), new byte[0], true);
    }
}
