package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.batch.BatchRequest;
import com.google.api.client.googleapis.batch.json.JsonBatchCallback;
import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpHeaders;
import com.google.api.services.calendar.Calendar;
import com.google.api.services.calendar.model.CalendarList;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.OAuth2CredentialsWithRefresh;
import dev.evertoken.Tokens;
import dev.evertoken.googleauth.GoogleApi.Response;
import dev.evertoken.model.AccessToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A token that the Calendar API rejects. */
class RejectedTokenTest {

    private final GoogleFixture app = new GoogleFixture();

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    void aRejectedTokenIsRefreshedOnceAndTheRequestSentAgain() throws IOException {
        app.tokens.accessToken(GoogleFixture.ANNA);
        app.google.expire("anna");

        app.calendar(app.anna()).calendarList().list().execute();

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    /** What applications write first; it shows the difference. */
    @Test
    void theUsualCredentialsSendTheRejectedTokenElevenTimes() {
        app.google.expire("anna");
        OAuth2CredentialsWithRefresh usual = OAuth2CredentialsWithRefresh.newBuilder()
                .setRefreshHandler(() -> googleToken(app.tokens.accessToken(GoogleFixture.ANNA)))
                .build();

        assertThatThrownBy(() -> app.calendar(new HttpCredentialsAdapter(usual))
                        .calendarList()
                        .list()
                        .execute())
                .isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.api.tokens()).hasSize(11);
        assertThat(Set.copyOf(app.api.tokens())).hasSize(1);
    }

    private com.google.auth.oauth2.AccessToken googleToken(AccessToken token) {
        return new com.google.auth.oauth2.AccessToken(
                token.value().reveal(), Date.from(token.expiresAt().orElseThrow()));
    }

    @Test
    void anApiThatRejectsEveryTokenGetsTwoRequestsAndCausesOneRefresh() {
        app.api.respond(Response.of(401, GoogleApi.REJECTED), Response.of(401, GoogleApi.REJECTED));

        assertThatThrownBy(() -> app.calendar(app.anna()).calendarList().list().execute())
                .isInstanceOf(GoogleJsonResponseException.class)
                .hasMessageContaining("Request had invalid authentication credentials.");

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    void theTokenThatAnotherProcessRefreshedIsUsed() throws IOException {
        try (Tokens other = app.process()) {
            app.google.expire("anna");
            other.replace(GoogleFixture.ANNA, other.accessToken(GoogleFixture.ANNA));

            app.calendar(app.anna()).calendarList().list().execute();
        }

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    void theRejectedPartsOfABatchShareOneRefresh() throws IOException {
        Calendar calendar = app.calendar(app.anna());
        BatchRequest batch = calendar.batch();
        List<String> results = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            calendar.calendarList().list().queue(batch, new Results(results));
        }
        app.api.respond(batchResponse(401, GoogleApi.REJECTED), batchResponse(200, "{}"));

        batch.execute();

        assertThat(results).containsExactly("success", "success", "success");
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
        String fresh = app.tokens.accessToken(GoogleFixture.ANNA).value().reveal();
        assertThat(app.api.arrived()).hasSize(2);
        assertThat(app.api.arrived().get(1).content().split("Bearer " + fresh, -1))
                .as("each part carries the new token")
                .hasSize(4);
    }

    private static Response batchResponse(int status, String body) {
        StringBuilder parts = new StringBuilder();
        for (int part = 1; part <= 3; part++) {
            parts.append("--part\r\nContent-Type: application/http\r\nContent-ID: response-")
                    .append(part);
            parts.append("\r\n\r\nHTTP/1.1 ").append(status).append(" Status\r\n");
            parts.append("Content-Type: application/json\r\n\r\n").append(body).append("\r\n");
        }
        return new Response(
                200,
                Map.of("Content-Type", "multipart/mixed; boundary=part"),
                parts.append("--part--").toString());
    }

    /** Records the outcomes of the parts of a batch. */
    private static final class Results extends JsonBatchCallback<CalendarList> {
        private final List<String> results;

        Results(List<String> results) {
            this.results = results;
        }

        @Override
        public void onSuccess(CalendarList list, HttpHeaders headers) {
            results.add("success");
        }

        @Override
        public void onFailure(GoogleJsonError error, HttpHeaders headers) {
            results.add(error.getMessage());
        }
    }
}
