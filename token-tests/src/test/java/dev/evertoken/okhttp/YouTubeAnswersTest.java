package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.Desk.YARA;
import static dev.evertoken.okhttp.Desk.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.testing.Answer;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What requests to YouTube's API come back with. */
class YouTubeAnswersTest {

    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    @ParameterizedTest
    @CsvSource({
        "401, youtubeSignupRequired",
        "403, authenticatedUserAccountSuspended",
        "403, authenticatedUserAccountClosed",
        "403, channelSuspended",
        "403, channelClosed"
    })
    void anAccountThatCannotBeUsedCostsNoRefreshAndKeepsItsConnection(int status, String reason) throws IOException {
        desk.youtube.onApi(refusal(status, reason));

        try (Response answer = desk.get(YARA, desk.youtube.apiUrl())) {
            assertThat(answer.code()).isEqualTo(status);
            assertThat(problem(answer)).contains(Problem.ACCOUNT_UNUSABLE);
            assertThat(answer.body().string()).contains(reason);
        }
        assertThat(desk.youtube.ledger().tokenRequests()).isZero();
        assertThat(desk.youtube.ledger().apiRequests("yara")).isEqualTo(1);
        assertThat(desk.tokens.status(YARA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anEndedTokenIsRefreshedOnce() throws IOException {
        desk.youtube.expire("yara");

        try (Response answer = desk.get(YARA, desk.youtube.apiUrl())) {
            assertThat(answer.code()).isEqualTo(200);
        }
        assertThat(desk.youtube.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aUsedUpQuotaSaysWhenItComesBack() throws IOException {
        desk.youtube.onApi(refusal(403, "quotaExceeded"));

        try (Response answer = desk.get(YARA, desk.youtube.apiUrl())) {
            assertThat(problem(answer)).contains(Problem.QUOTA_EXCEEDED);
            Instant back =
                    TokenInterceptor.verdict(answer).orElseThrow().until().orElseThrow();
            assertThat(back.atZone(ZoneId.of("America/Los_Angeles")).toLocalTime())
                    .isEqualTo(LocalTime.MIDNIGHT);
            assertThat(back).isBetween(desk.clock.now(), desk.clock.now().plusSeconds(25 * 3600));
        }
    }

    private static Answer refusal(int status, String reason) {
        return Answer.json(
                status,
                "{\"error\":{\"errors\":[{\"domain\":\"youtube.header\",\"reason\":\"" + reason + "\"}],\"code\":"
                        + status + "}}");
    }
}
