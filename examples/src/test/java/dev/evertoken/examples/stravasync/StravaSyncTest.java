package dev.evertoken.examples.stravasync;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.evertoken.examples.setup.LocalPostgres;
import dev.evertoken.examples.setup.SharedPostgres;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.MockProviders;
import dev.evertoken.testing.MockResponse;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each request of a user gets an answer that helps, whatever fails. */
class StravaSyncTest {

    private static final long ANNA = 1;
    private static final String RECONNECT =
            "{\"success\":false,\"error\":\"Your Strava connection has expired\",\"needs_reauth\":true,"
                    + "\"reconnect_url\":\"/auth/strava/reconnect\"}";

    private final ManualClock clock = ManualClock.start();
    private final MockProviders providers = MockProviders.start(clock);
    private final MockProvider strava = providers.strava();
    private final HikariDataSource database = SharedPostgres.empty();
    private final StravaRows rows = new StravaRows(database);
    private StravaSync dashboard;
    private Browser browser;

    @BeforeEach
    void open() throws Exception {
        LocalPostgres.execute(database, UserSettings.SCHEMA);
        rows.insert(ANNA, strava.consent("1"));
        dashboard = SyncStory.open(database, clock, strava, false);
        browser = new Browser(dashboard.address());
    }

    @AfterEach
    void close() {
        dashboard.close();
        database.close();
        providers.close();
        clock.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                | The body is not a JSON object",
                "user 1            | The body is not a JSON object",
                "null              | The body is not a JSON object",
                "[1]               | The body is not a JSON object",
                "{\"user_id\":     | The body is not a JSON object",
                "{\"user\":1}      | The field user_id is missing",
                "{\"user_id\":\"1\"} | The field user_id is not a whole number",
                "{\"user_id\":null} | The field user_id is not a whole number",
                "{\"user_id\":1.5} | The field user_id is not a whole number",
                "{\"user_id\":-1}  | The field user_id is not a whole number",
                "{\"user_id\":99}  | There is no user 99"
            })
    void aWrongRequestGetsAReason(String body, String reason) {
        assertThat(browser.post(body)).isEqualTo("400 {\"success\":false,\"error\":\"" + reason + "\"}");
        assertThat(strava.ledger().apiRequests("1")).isZero();
    }

    @Test
    void aBodyWithoutAnEndIsNotReadToTheEnd() {
        assertThat(browser.post(" ".repeat(20_000))).startsWith("400 ").contains("The body is longer than");
    }

    @Test
    void anotherRouteOrAnotherUserIsRefused() {
        assertThat(browser.get("/api/strava/sync", ANNA)).startsWith("404 ").contains("There is no GET");
        assertThat(browser.get("/auth/strava/reconnect", 99)).startsWith("400 ").contains("names no user");
        assertThat(browser.get("/auth/strava/callback?code=c&state=s", 99)).startsWith("400 ");
    }

    @Test
    void aTokenEndpointThatIsDownIsANetworkErrorAndTheNextSyncSucceeds() {
        clock.advance(Duration.ofHours(7));
        strava.onTokenOf("1", MockResponse.status(503));

        assertThat(browser.sync(ANNA))
                .startsWith("503 {\"success\":false,\"error\":\"Strava cannot be reached\"")
                .contains("\"retry_at\":\"2026-01-01T07:00:");

        clock.advance(Duration.ofMinutes(5));
        strava.onApi(MockResponse.json(200, "[]"));
        assertThat(browser.sync(ANNA)).isEqualTo("200 {\"success\":true,\"activities\":0}");
    }

    @Test
    void aRefreshThatFailsWhileTheTokenIsValidDoesNotFailTheSync() {
        clock.advance(Duration.ofMinutes(340));
        strava.onTokenOf("1", MockResponse.status(503));
        strava.onApi(MockResponse.json(200, "[]"));

        assertThat(browser.sync(ANNA)).startsWith("200 ");
    }

    @Test
    void aRevocationIsNoticedAtTheApiAndTheAnswerIsTheSameFromThenOn() {
        strava.revoke("1");

        assertThat(browser.sync(ANNA)).isEqualTo("401 " + RECONNECT);
        int requests = strava.ledger().tokenRequests();
        assertThat(browser.sync(ANNA)).isEqualTo("401 " + RECONNECT);
        assertThat(strava.ledger().tokenRequests()).isEqualTo(requests);
        assertThat(rows.hasTokens(ANNA)).isTrue();
    }

    @Test
    void aForgedOrRepeatedRedirectConnectsNobody() {
        strava.revoke("1");
        URI redirect = strava.approve(browser.follow("/auth/strava/reconnect", ANNA), "1");

        assertThat(browser.get("/auth/strava/callback?code=forged&state=forged", ANNA))
                .startsWith("401 ")
                .contains("please start again");
        assertThat(browser.callback(redirect, ANNA)).startsWith("200 ");
        assertThat(rows.athlete(ANNA)).isPositive();
    }

    @Test
    void aConsentWithoutTheActivitiesLeadsBackToTheConsent() {
        URI redirect = strava.approve(browser.follow("/auth/strava/reconnect", ANNA), "1", "read");
        String answer =
                RECONNECT.replace("Your Strava connection has expired", "The dashboard may not read your activities");

        assertThat(browser.callback(redirect, ANNA)).isEqualTo("401 " + answer);
        strava.onApi(MockResponse.json(
                401,
                "{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"AccessToken\","
                        + "\"field\":\"activity:read_permission\",\"code\":\"missing\"}]}"));
        assertThat(browser.sync(ANNA)).isEqualTo("401 " + answer);
    }

    @Test
    void anExpiryWithinTheThresholdIsRefreshedAndALaterOneIsNot() {
        clock.advance(Duration.ofMinutes(329));
        strava.onApi(MockResponse.json(200, "[]"), MockResponse.json(200, "[]"));

        assertThat(browser.sync(ANNA)).startsWith("200 ");
        assertThat(strava.ledger().tokenRequests()).isZero();
        clock.advance(Duration.ofMinutes(1).plusSeconds(1));
        assertThat(browser.sync(ANNA)).startsWith("200 ");
        assertThat(strava.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aDatabaseThatGoesDownIsSaidSo() {
        database.close();

        assertThat(browser.sync(ANNA)).startsWith("503 ").contains("cannot read its database");
    }
}
