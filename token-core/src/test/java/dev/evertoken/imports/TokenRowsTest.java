package dev.evertoken.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens in plain rows. */
class TokenRowsTest {

    @Test
    @Fault("N5")
    void aRowWithTheNamesOfTheStandardIsRead() {
        TokenSet tokens = TokenRows.tokens(Map.of(
                "id", "17",
                "access_token", "evertoken-test-access",
                "refresh_token", "evertoken-test-refresh",
                "expires_at", "1767366245",
                "refresh_token_expires_at", "2026-07-01T00:00:00Z",
                "scope", "read,activity:read_all",
                "token_type", "bearer"));

        assertThat(tokens)
                .isEqualTo(TokenSet.builder("evertoken-test-access")
                        .refreshToken("evertoken-test-refresh")
                        .expiresAt(Instant.ofEpochSecond(1_767_366_245))
                        .refreshTokenExpiresAt(Instant.parse("2026-07-01T00:00:00Z"))
                        .scopes("read", "activity:read_all")
                        .tokenType("bearer")
                        .build());
    }

    @ParameterizedTest
    @Fault("N5")
    @ValueSource(strings = {"refresh_token", "refreshToken", "REFRESH_TOKEN", "Refresh Token", "refresh-token"})
    void upperCaseAndSeparatorsInNamesDoNotMatter(String name) {
        Map<String, String> row = new HashMap<>();
        row.put(name, "evertoken-test-refresh");
        row.put("access_token", null);
        row.put("scopes", " ");

        assertThat(TokenRows.tokens(row)).isEqualTo(TokenSet.ofRefreshToken("evertoken-test-refresh"));
    }

    @ParameterizedTest
    @Fault("N5")
    @CsvSource({
        "1767366245, 2026-01-02T15:04:05Z",
        "1767366245.5, 2026-01-02T15:04:05.500Z",
        "1767366245123, 2026-01-02T15:04:05.123Z",
        "2026-01-02T15:04:05Z, 2026-01-02T15:04:05Z",
        "2026-01-02t15:04:05z, 2026-01-02T15:04:05Z",
        "2026-01-02T15:04:05.123456789+01:00, 2026-01-02T14:04:05.123456789Z",
        "2026-01-02T15:04:05+0100, 2026-01-02T14:04:05Z",
        "2026-01-02 15:04:05, 2026-01-02T15:04:05Z",
        "2026-01-02 15:04:05.123456+00, 2026-01-02T15:04:05.123456Z",
        "2026-01-02 15:04:05 +0100, 2026-01-02T14:04:05Z",
        "2026-01-02 15:04:05 UTC, 2026-01-02T15:04:05Z",
        "2026-01-02T15:04, 2026-01-02T15:04:00Z",
    })
    void aTimeIsReadInTheFormsThatProgramsWrite(String text, Instant time) {
        assertThat(expiry(text).expiresAt()).hasValue(time);
    }

    @ParameterizedTest
    @Fault("N5")
    @ValueSource(strings = {"0", "0001-01-01T00:00:00Z", "0001-01-01 00:00:00", "1970-01-01T00:00:00Z"})
    void aTimeThatStandsForNoneIsNone(String text) {
        assertThat(expiry(text).expiresAt()).isEmpty();
    }

    @ParameterizedTest
    @Fault("N5")
    @ValueSource(
            strings = {
                "tomorrow",
                "-1",
                "3600",
                "1e9",
                "2026-13-01T00:00:00Z",
                "02/01/2026 15:04",
                "2026-01-02",
                "1767366245123456",
                "99999999999999999999",
                "1767366245.1234567891",
                "NaN"
            })
    void aTimeOfUnknownFormIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> expiry(text))
                .isInstanceOf(TokenFileException.class)
                .hasMessage("the row has a time of unknown form as \"expires_at\"")
                .hasNoCause();
    }

    @Test
    @Fault("N5")
    void aRowWithoutTokensOrWithTwoValuesIsRefused() {
        assertThatThrownBy(() -> TokenRows.tokens(Map.of("expires_at", "1767366245")))
                .isInstanceOf(TokenFileException.class)
                .hasMessage("the row has neither \"access_token\" nor \"refresh_token\"");
        assertThatThrownBy(() -> TokenRows.tokens(Map.of("refresh_token", "s3cret", "refreshToken", "s3cret2")))
                .isInstanceOf(TokenFileException.class)
                .hasMessage("the row has two columns for \"refresh_token\"");
        assertThatThrownBy(() -> TokenRows.tokens(Map.of("refresh_token", "your_refresh_token")))
                .isInstanceOf(TokenFileException.class)
                .hasMessage("the row has a \"refresh_token\" that is a placeholder");
    }

    private static TokenSet expiry(String text) {
        return TokenRows.tokens(Map.of("access_token", "evertoken-test-access", "expires_at", text));
    }
}
