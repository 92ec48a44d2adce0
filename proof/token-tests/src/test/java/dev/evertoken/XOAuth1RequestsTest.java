package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.XFixture.XENA;
import static dev.evertoken.XFixture.YURI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.XOAuth1;
import dev.evertoken.spi.provider.ApiRequest;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An account that signs its requests, at an X that checks every signature, nonce and timestamp. */
class XOAuth1RequestsTest {

    private final XFixture app = new XFixture();

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    void queryFormAndJsonAreSignedAsTheyAreSent() throws IOException {
        app.connect(XENA);
        String odd = app.x.apiUrl() + "/search?q=a%20b+c&empty&list%5B0%5D=1&list%5B0%5D=2&name=%C3%A9*~";
        RequestBody form = new FormBody.Builder()
                .add("status", "Hello Ladies + Gentlemen, a signed OAuth request!")
                .add("ümlaut[]", "100 % & =")
                .build();
        RequestBody json = RequestBody.create("{\"text\":\"a=b&c\"}", MediaType.get("application/json"));

        assertThat(app.status(XFixture.get(URI.create(odd)))).isEqualTo(200);
        assertThat(app.status(app.post(app.x.apiUrl() + "/1.1/statuses/update.json?include_entities=true", form)))
                .isEqualTo(200);
        assertThat(app.status(app.post(app.x.apiUrl() + "/2/tweets", json))).isEqualTo(200);
        assertThat(app.x.ledger().apiRequests("xena")).isEqualTo(3);
    }

    @Test
    void aLibraryThatSignsItselfGetsTheSecretOfTheToken() {
        TokenSet imported = app.x.consent("xena");
        app.tokens.connect(XENA, imported);

        assertThat(app.tokens.accessToken(XENA).tokenSecret())
                .isEqualTo(Optional.ofNullable(imported.attributes().get(XOAuth1.TOKEN_SECRET)))
                .isPresent();
    }

    @Test
    void aWrongClockIsCorrectedByTheFirstResponseAndStaysCorrected() throws IOException {
        app.connect(XENA);
        Tokens late = lateProcess();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(late))
                .build();

        for (int i = 0; i < 3; i++) {
            try (Response response =
                    client.newCall(XFixture.get(app.x.apiUrl())).execute()) {
                assertThat(response.code()).isEqualTo(200);
            }
        }
        assertThat(app.x.ledger().apiRequests("xena"))
                .as("one more than the caller sent")
                .isEqualTo(4);
    }

    @Test
    void aWrongClockDoesNotPreventAConnection() {
        Tokens late = lateProcess();
        URI callback = app.x.approve(late.authorize(XENA, BACK).url(), "xena");

        assertThat(late.completeAuthorization(XENA, callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(late.validate(XENA).verdict()).isEqualTo(Verdict.VALID);
    }

    /** Starts a process with its own provider object and a clock that is an hour behind. */
    private Tokens lateProcess() {
        ManualClock behind = ManualClock.at(app.fixture.clock.now().minus(Duration.ofHours(1)));
        return app.process(builder ->
                builder.timekeeper(behind).clockSkew(Duration.ofHours(2)).provider(new XOAuth1()));
    }

    @Test
    void aRevokedTokenIsCheckedOnceAndRequiresAReconnect() throws IOException, InterruptedException {
        app.connect(XENA);
        app.x.revoke("xena");

        try (Response response = app.http.newCall(XFixture.get(app.x.apiUrl())).execute()) {
            assertThat(response.code()).isEqualTo(401);
            ResourceVerdict verdict = TokenInterceptor.verdict(response).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.GRANT_DEAD);
            assertThat(verdict.detail())
                    .isEqualTo("the provider answered 401 to the token and accepts the client's key, so the token is no"
                            + " longer valid");
        }
        assertThat(app.tokens.status(XENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(app.fixture.event(TokenEvent.ReauthorizationRequired.class).key())
                .isEqualTo(XENA);
        failure(Problem.GRANT_DEAD, () -> app.tokens.accessToken(XENA));

        app.connect(XENA);
        assertThat(app.status(XFixture.get(app.x.apiUrl()))).isEqualTo(200);
    }

    @Test
    void aTokenThatOneApiRejectsAndXStillKnowsStaysValid() throws IOException {
        app.connect(XENA);
        app.x.onApi(
                MockResponse.json(401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}"),
                MockResponse.json(401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}"));

        try (Response response = app.http.newCall(XFixture.get(app.x.apiUrl())).execute()) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(response).orElseThrow().problem())
                    .contains(Problem.API_REJECTS_TOKEN);
        }
        assertThat(app.x.responsesLeft())
                .as("not sent again with the same token")
                .isEqualTo(1);
        assertThat(app.tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aWrongSecretOfOneAccountIsReportedAfterASecondSignatureAndAffectsNoOther() throws IOException {
        app.connect(YURI);
        app.tokens.connect(
                XENA,
                TokenSet.builder(app.x
                                .consent("xena")
                                .accessToken()
                                .orElseThrow()
                                .reveal())
                        .attribute(XOAuth1.TOKEN_SECRET, Secret.of(TestTokens.clientSecret()))
                        .build());

        try (Response response = app.http.newCall(XFixture.get(app.x.apiUrl())).execute()) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(response).orElseThrow())
                    .isEqualTo(ResourceVerdict.pass(
                            Problem.CLIENT_REJECTED,
                            "API answered 401: the signature is refused: the API key, its secret or the token's"
                                    + " secret is wrong"));
        }
        assertThat(app.x.ledger().apiRequests("xena")).isEqualTo(2);
        assertThat(app.status(XFixture.get(YURI, app.x.apiUrl()))).isEqualTo(200);
        assertThat(app.tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void noObjectOnTheWayOfARequestPrintsASecret() throws IOException {
        SecretCanary canary = SecretCanary.ofTestTokens();
        Authorization started = app.tokens.authorize(XENA, BACK);
        app.tokens.completeAuthorization(XENA, app.x.approve(started.url(), "xena"));
        TokenSource source = app.tokens.source(XENA);
        AccessToken token = source.accessToken();
        ApiRequest request = new ApiRequest("POST", app.x.apiUrl(), Map.of(), Optional.of("a=" + TestTokens.code()));

        canary.assertNonePrintedBy(
                started,
                source,
                token,
                request,
                source.requestAuthorizer().sign(token, request),
                app.fixture.store.load(XENA).orElseThrow());
        app.x.revoke("xena");
        try (Response response = app.http.newCall(XFixture.get(app.x.apiUrl())).execute()) {
            canary.assertNonePrintedBy(TokenInterceptor.verdict(response).orElseThrow(), response);
        }
        canary.assertNonePrintedBy(failure(Problem.GRANT_DEAD, () -> app.tokens.accessToken(XENA)));
        canary.assertNoneIn(
                "the record",
                app.fixture.store.load(XENA).orElseThrow().secrets().toString());
    }

    @Test
    void aTokenOfAnotherSourceIsNotUsedForSigning() {
        app.connect(XENA);
        AccessToken foreign = new AccessToken(Secret.of(TestTokens.access()), "OAuth", Optional.empty(), "g", 1);
        ApiRequest request = new ApiRequest("GET", app.x.apiUrl(), Map.of(), Optional.empty());

        assertThatThrownBy(() -> app.tokens.source(XENA).requestAuthorizer().sign(foreign, request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the token was not obtained from this Tokens for x-oauth1/xena");
    }
}
