package dev.evertoken.googleauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpBackOffUnsuccessfulResponseHandler;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.InputStreamContent;
import com.google.api.client.util.BackOff;
import com.google.api.services.calendar.Calendar;
import com.google.api.services.gmail.Gmail;
import com.google.api.services.gmail.model.Message;
import dev.evertoken.googleauth.GoogleApi.Response;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests of the Calendar and Gmail libraries. */
class RequestsTest {

    private final GoogleFixture app = new GoogleFixture();
    private final Calendar calendar = app.calendar(app.anna());

    @AfterEach
    void close() {
        app.close();
    }

    private String token() {
        return app.tokens.accessToken(GoogleFixture.ANNA).value().reveal();
    }

    private void listCalendars() throws IOException {
        calendar.calendarList().list().execute();
    }

    // ---- what is sent

    @Test
    void eachRequestCarriesTheTokenOfTheAccount() throws IOException {
        listCalendars();

        assertThat(app.api.tokens()).containsExactly(token());
    }

    @Test
    void aClientThatIsKeptSendsANewTokenAfterTheEndOfTheFirst() throws IOException {
        listCalendars();
        app.clock.advance(Duration.ofHours(2));
        listCalendars();

        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    void theContentOfARejectedRequestIsSentAgain() throws IOException {
        Gmail gmail = app.gmail(app.anna());
        app.google.expire("anna");

        gmail.users().messages().send("me", new Message().setRaw("aGVsbG8")).execute();

        assertThat(app.api.arrived())
                .extracting(GoogleApi.Arrived::content)
                .hasSize(2)
                .allMatch(json -> json.contains("aGVsbG8"));
        assertThat(app.api.tokens()).doesNotHaveDuplicates();
    }

    @Test
    void aContentThatCanBeReadOnceIsNotSentAgainButTheNextRequestHasANewToken() throws IOException {
        app.google.expire("anna");
        HttpRequest once = GoogleFixture.TRANSPORT
                .createRequestFactory(app.anna())
                .buildPostRequest(
                        new GenericUrl(app.api.root()),
                        new InputStreamContent("text/plain", new ByteArrayInputStream(new byte[] {1})));

        assertThatThrownBy(once::execute).hasMessageContaining("401");

        assertThat(app.api.arrived()).hasSize(1);
        listCalendars();
        assertThat(app.api.tokens()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aRequestWithoutRetriesIsNotSentAgain() throws IOException {
        app.google.expire("anna");
        HttpRequest once = GoogleFixture.TRANSPORT
                .createRequestFactory(app.anna())
                .buildGetRequest(new GenericUrl(app.api.root()))
                .setNumberOfRetries(0);

        assertThatThrownBy(once::execute).hasMessageContaining("401");

        assertThat(app.api.arrived()).hasSize(1);
    }

    @Test
    void theSameRequestCanBeExecutedTwiceAndIsRepeatedEachTime() throws IOException {
        HttpRequest request = GoogleFixture.TRANSPORT
                .createRequestFactory(app.anna())
                .buildGetRequest(new GenericUrl(app.api.root()));
        app.google.expire("anna");
        request.execute().disconnect();
        app.google.expire("anna");
        app.clock.advance(Duration.ofMinutes(2));

        request.execute().disconnect();

        assertThat(app.api.arrived()).hasSize(4);
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(2);
    }

    @Test
    void theAuthorizationOfTheCallerStays() throws IOException {
        Calendar.CalendarList.List list = calendar.calendarList().list();
        list.setRequestHeaders(new HttpHeaders().setAuthorization("Bearer mine"));

        assertThatThrownBy(list::execute).isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.api.tokens()).containsExactly("mine");
        assertThat(app.google.ledger().tokenRequests("anna")).isZero();
    }

    // ---- what the response means

    @Test
    void aRateLimitIsNoRejection() {
        app.api.respond(Response.of(403, """
                        {"error": {"code": 403, "message": "Rate Limit Exceeded",
                         "errors": [{"domain": "usageLimits", "reason": "rateLimitExceeded"}]}}"""));

        assertThatThrownBy(this::listCalendars)
                .isInstanceOf(GoogleJsonResponseException.class)
                .hasMessageContaining("Rate Limit Exceeded");

        assertThat(app.api.arrived()).hasSize(1);
        assertThat(app.google.ledger().tokenRequests("anna")).isZero();
    }

    @Test
    void theHandlerOfTheApplicationGetsTheResponsesThatDoNotConcernTheToken() throws IOException {
        TokenRequestInitializer initializer = app.anna()
                .after(request -> request.setReadTimeout(7_000)
                        .setUnsuccessfulResponseHandler(
                                new HttpBackOffUnsuccessfulResponseHandler(BackOff.ZERO_BACKOFF)));
        app.google.expire("anna");
        app.api.respond(Response.of(503, "{}"));

        app.calendar(initializer).calendarList().list().execute();

        assertThat(app.api.tokens()).hasSize(3);
        assertThat(app.api.tokens().get(0)).isEqualTo(app.api.tokens().get(1));
        assertThat(app.api.tokens().get(2)).isEqualTo(token());
    }

    @Test
    void anExecutionHasOneAttemptWithAnotherTokenAlsoIfTheApplicationRetriesBetween() {
        TokenRequestInitializer initializer = app.anna()
                .after(request -> request.setUnsuccessfulResponseHandler(
                        new HttpBackOffUnsuccessfulResponseHandler(BackOff.ZERO_BACKOFF)));
        Response rejected = Response.of(401, GoogleApi.REJECTED);
        app.api.respond(rejected, Response.of(503, "{}"), rejected);

        assertThatThrownBy(() -> app.calendar(initializer).calendarList().list().execute())
                .isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.api.arrived()).hasSize(3);
        assertThat(app.google.ledger().tokenRequests("anna")).isEqualTo(1);
    }

    @Test
    void theContentOfAJudgedResponseIsCompleteForTheCaller() throws IOException {
        String large = "{\"error\": {\"code\": 403, \"message\": \"" + "x".repeat(200_000) + "\"}}";
        app.api.respond(Response.of(403, large));
        HttpResponse response = GoogleFixture.TRANSPORT
                .createRequestFactory(app.anna())
                .buildGetRequest(new GenericUrl(app.api.root()))
                .setThrowExceptionOnExecuteError(false)
                .execute();

        assertThat(response.parseAsString()).isEqualTo(large);
    }

    // ---- where it is sent

    @Test
    void aRedirectWithinTheHostCarriesTheToken() throws IOException {
        app.api.respond(new Response(302, Map.of("Location", app.api.root() + "moved"), ""));

        listCalendars();

        assertThat(app.api.tokens()).containsExactly(token(), token());
    }

    @Test
    void aRedirectToAnotherPlaceIsFollowedWithoutTheToken() {
        app.api.respond(new Response(302, Map.of("Location", app.videos.root() + "moved"), ""));

        assertThatThrownBy(this::listCalendars).isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.api.tokens()).containsExactly(token());
        assertThat(app.videos.tokens()).containsExactly("");
        assertThat(app.google.ledger().tokenRequests("anna")).isZero();
    }

    @Test
    void aRedirectOverAnotherPlaceBackCarriesNoToken() {
        app.api.respond(new Response(302, Map.of("Location", app.videos.root() + "moved"), ""));
        app.videos.respond(new Response(302, Map.of("Location", app.api.root() + "back"), ""));

        assertThatThrownBy(this::listCalendars).isInstanceOf(GoogleJsonResponseException.class);

        assertThat(app.api.tokens()).containsExactly(token(), "");
    }

    @Test
    void noRequestIsSentToAHostThatIsNotAllowed() throws IOException {
        HttpRequest foreign = GoogleFixture.TRANSPORT
                .createRequestFactory(app.anna())
                .buildGetRequest(new GenericUrl("https://api.example/"));

        TokenIOException failure = catchThrowableOfType(TokenIOException.class, foreign::execute);

        assertThat(failure.reason().problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
        assertThat(failure).hasMessageContaining("api.example");
    }

    // ---- without a token

    @Test
    void anAccountWithoutConsentSendsNothingAndNamesTheRemedy() {
        TokenRequestInitializer stranger =
                TokenRequestInitializer.of(app.tokens.source(TokenKey.of("google", "stranger")));

        TokenIOException failure = catchThrowableOfType(
                TokenIOException.class,
                () -> app.calendar(stranger).calendarList().list().execute());

        assertThat(failure.reason().remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(app.api.arrived()).isEmpty();
    }

    @Test
    void aGrantThatHasEndedPassesTheRejectionOnAndTheNextCallNamesTheRemedy() {
        app.google.revoke("anna");

        assertThatThrownBy(this::listCalendars).isInstanceOf(GoogleJsonResponseException.class);
        TokenIOException failure = catchThrowableOfType(TokenIOException.class, this::listCalendars);

        assertThat(failure.reason().remedy()).isEqualTo(Remedy.RECONNECT);
        assertThat(app.api.arrived()).hasSize(1);
    }

    @Test
    void theTextOfAnInitializerNamesTheAccountAndNoSecret() {
        assertThat(app.anna().toString()).contains("anna").doesNotContain(token());
    }
}
