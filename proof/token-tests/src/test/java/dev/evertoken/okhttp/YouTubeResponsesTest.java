package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.YARA;
import static dev.evertoken.okhttp.InterceptorFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.testing.MockResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses of YouTube's API. */
class YouTubeResponsesTest {

    private final InterceptorFixture fixture = new InterceptorFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @CsvSource({
        "401, youtubeSignupRequired",
        "403, authenticatedUserAccountSuspended",
        "403, authenticatedUserAccountClosed",
        "403, channelSuspended",
        "403, channelClosed"
    })
    void anUnusableAccountCausesNoRefreshAndKeepsItsConnection(int status, String reason) throws IOException {
        fixture.youtube.onApi(refusal(status, reason));

        try (Response response = fixture.get(YARA, fixture.youtube.apiUrl())) {
            assertThat(response.code()).isEqualTo(status);
            assertThat(problem(response)).contains(Problem.ACCOUNT_UNUSABLE);
            assertThat(response.body().string()).contains(reason);
        }
        assertThat(fixture.youtube.ledger().tokenRequests()).isZero();
        assertThat(fixture.youtube.ledger().apiRequests("yara")).isEqualTo(1);
        assertThat(fixture.tokens.status(YARA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anExpiredTokenIsRefreshedOnce() throws IOException {
        fixture.youtube.expire("yara");

        try (Response response = fixture.get(YARA, fixture.youtube.apiUrl())) {
            assertThat(response.code()).isEqualTo(200);
        }
        assertThat(fixture.youtube.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void anExhaustedQuotaIsReportedWithItsResetTime() throws IOException {
        fixture.youtube.onApi(refusal(403, "quotaExceeded"));

        try (Response response = fixture.get(YARA, fixture.youtube.apiUrl())) {
            assertThat(problem(response)).contains(Problem.QUOTA_EXCEEDED);
            Instant reset =
                    TokenInterceptor.verdict(response).orElseThrow().until().orElseThrow();
            assertThat(reset.atZone(ZoneId.of("America/Los_Angeles")).toLocalTime())
                    .isEqualTo(LocalTime.MIDNIGHT);
            assertThat(reset).isBetween(fixture.clock.now(), fixture.clock.now().plusSeconds(25 * 3600));
        }
    }

    private static MockResponse refusal(int status, String reason) {
        return MockResponse.json(
                status,
                "{\"error\":{\"errors\":[{\"domain\":\"youtube.header\",\"reason\":\"" + reason + "\"}],\"code\":"
                        + status + "}}");
    }
}
