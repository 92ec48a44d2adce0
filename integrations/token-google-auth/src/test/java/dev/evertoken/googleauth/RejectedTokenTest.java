package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.OAuth2CredentialsWithRefresh;
import dev.evertoken.googleauth.GoogleApi.Response;
import dev.evertoken.model.AccessToken;
import java.io.IOException;
import java.util.Date;
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
}
