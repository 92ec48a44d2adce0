package dev.evertoken.examples.stravasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.evertoken.examples.setup.SharedPostgres;
import dev.evertoken.testing.ChildJvm;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dashboard with wrong settings, or without its database, does not start and names the reason. */
class SyncSettingsTest {

    private static Map<String, String> complete() {
        Map<String, String> variables = new HashMap<>();
        variables.put("STRAVA_CLIENT_ID", "73210");
        variables.put("STRAVA_CLIENT_SECRET", TestTokens.clientSecret());
        variables.put("EVERTOKEN_KEYS", "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=");
        variables.put("STRAVASYNC_DATABASE", "jdbc:postgresql://127.0.0.1:1/dashboard?user=app&password=hunter22");
        return variables;
    }

    @Test
    void theUsualSettingsAreThoseOfTheOldDashboard() {
        SyncSettings settings = SyncSettings.from(complete()).orElseThrow();

        assertThat(settings.threshold()).isEqualTo(Duration.ofMinutes(30));
        assertThat(settings.proactive()).isFalse();
        assertThat(SyncSettings.from(Map.of())).isEmpty();
    }

    @Test
    void allMissingVariablesAreNamed() {
        assertThatIllegalStateException()
                .isThrownBy(() -> SyncSettings.from(Map.of("ENABLE_PROACTIVE_REFRESH", "true")))
                .withMessage("STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET are not set; EVERTOKEN_KEYS is not set;"
                        + " STRAVASYNC_DATABASE is not set");
    }

    @ParameterizedTest
    @CsvSource({
        "TOKEN_REFRESH_THRESHOLD_MINUTES, half an hour, a whole number from 1 to 55",
        "TOKEN_REFRESH_THRESHOLD_MINUTES, 0, a whole number from 1 to 55",
        "TOKEN_REFRESH_THRESHOLD_MINUTES, 60, a whole number from 1 to 55",
        "ENABLE_PROACTIVE_REFRESH, yes, true or false",
        "STRAVASYNC_PORT, 70000, a whole number from 0 to 65535",
        "STRAVASYNC_HOME, dashboard.example, an absolute address",
        "STRAVASYNC_API, 'https://host with a blank', an absolute address",
    })
    void aMalformedVariableIsNamed(String name, String value, String expected) {
        Map<String, String> variables = complete();
        variables.put(name, value);

        assertThatIllegalStateException()
                .isThrownBy(() -> SyncSettings.from(variables))
                .withMessage(name + " is not " + expected);
    }

    @Test
    void aMalformedDatabaseIsNamedWithoutItsPassword() {
        Map<String, String> variables = complete();
        variables.put("STRAVASYNC_DATABASE", "postgres://app:hunter22@db/dashboard");

        assertThatIllegalStateException()
                .isThrownBy(() -> SyncSettings.from(variables))
                .withMessageStartingWith("STRAVASYNC_DATABASE is not a JDBC address")
                .withMessageNotContaining("hunter22");
    }

    @Test
    void aProcessWithoutItsDatabaseEndsWithOneError() {
        ChildJvm.Start start = ChildJvm.of(StravaSync.class);
        complete().forEach(start::environment);
        try (ChildJvm dashboard = start.start()) {
            assertThat(dashboard.awaitEnd()).isEqualTo(1);
            assertThat(dashboard.errors())
                    .startsWith("StravaSync cannot start: the database of STRAVASYNC_DATABASE does not accept")
                    .hasLineCount(1)
                    .doesNotContain("hunter22");
            SecretCanary.ofTestTokens().assertNoneIn("the error", dashboard.errors());
        }
    }

    @Test
    void aProcessWithItsVariablesServesItsRoutes() {
        ChildJvm.Start start = ChildJvm.of(StravaSync.class);
        complete().forEach(start::environment);
        start.environment("STRAVASYNC_DATABASE", SharedPostgres.schema(UserSettings.SCHEMA))
                .environment("STRAVASYNC_PORT", "0")
                .environment("ENABLE_PROACTIVE_REFRESH", "true");
        try (ChildJvm dashboard = start.start()) {
            String line = dashboard.awaitLine("StravaSync serves ");
            Browser browser = new Browser(URI.create(line.substring("StravaSync serves ".length())));

            assertThat(browser.post("{\"user_id\":7}"))
                    .isEqualTo("400 {\"success\":false,\"error\":\"There is no user 7\"}");
            assertThat(browser.metrics()).contains("evertoken_store_up 1.0");
        }
    }
}
