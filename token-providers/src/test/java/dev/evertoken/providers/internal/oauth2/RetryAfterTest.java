package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.provider.ProviderResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code Retry-After} in the formats that servers use. */
class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-06T08:49:07Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "30|30",
                "0|0",
                "' 7 '|7",
                "86400|86400",
                "86401|86400",
                "000000030|30",
                "999999999|86400",
                "1000000000|86400",
                "99999999999999999999|86400",
                "Fri, 06 Nov 2026 08:49:37 GMT|30",
                "Fri, 6 Nov 2026 08:49:37 GMT|30",
                "Friday, 06-Nov-26 08:49:37 GMT|30",
                "Fri Nov  6 08:49:37 2026|30",
                "Thu, 05 Nov 2026 08:49:37 GMT|0",
                "Sun, 06 Nov 2033 08:49:37 GMT|86400",
            })
    void everyFormatIsReadWithinTheLimit(String header, long seconds) {
        assertThat(RetryAfter.of(response(Map.of("retry-after", List.of(header)))))
                .contains(NOW.plusSeconds(seconds));
    }

    @Test
    void aDateIsRelativeToTheServersClock() {
        Map<String, List<String>> headers = Map.of(
                "Date", List.of("Fri, 06 Nov 2026 09:00:00 GMT"),
                "Retry-After", List.of("Fri, 06 Nov 2026 09:01:00 GMT"));
        assertThat(RetryAfter.of(response(headers))).contains(NOW.plus(Duration.ofMinutes(1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "-5", "1.5", "2026-11-06T08:49:37Z"})
    void anInvalidValueIsIgnored(String header) {
        assertThat(RetryAfter.of(response(Map.of("Retry-After", List.of(header)))))
                .isEmpty();
    }

    @Test
    void aMissingHeaderHasNoTime() {
        assertThat(RetryAfter.of(response(Map.of()))).isEmpty();
    }

    private static ProviderResponse response(Map<String, List<String>> headers) {
        return new ProviderResponse(429, headers, "", NOW);
    }
}
