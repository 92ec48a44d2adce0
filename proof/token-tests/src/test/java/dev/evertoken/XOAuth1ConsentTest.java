package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.XFixture.XENA;
import static dev.evertoken.XFixture.YURI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.LoopbackServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The three steps that connect an account by OAuth 1.0a, and the processes that may complete them. */
class XOAuth1ConsentTest {

    private final XFixture app = new XFixture();

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    void threeStepsConnectAnAccountThatDoesNotExpire() throws IOException {
        AccountStatus status = app.tokens.completeAuthorization(XENA, app.approved(XENA));

        assertThat(status.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(status.expiresAt()).isEmpty();
        assertThat(status.reconnectBy()).isEmpty();
        assertThat(status.subject()).isPresent();
        assertThat(app.fixture.store.load(XENA).orElseThrow().refreshModel()).isEqualTo(RefreshModel.NON_EXPIRING);
        app.fixture.later(Duration.ofDays(1000));
        assertThat(app.tokens.accessToken(XENA).generation()).isEqualTo(1);
        assertThat(app.status(XFixture.get(app.x.apiUrl()))).isEqualTo(200);
    }

    @Test
    void theTokensSecretSurvivesARestart() throws IOException {
        app.connect(XENA);
        Tokens second = app.process(builder -> builder);
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(second))
                .build();

        try (Response response = client.newCall(XFixture.get(app.x.apiUrl())).execute()) {
            assertThat(response.code()).isEqualTo(200);
        }
    }

    @Test
    void anotherProcessCompletesWithTheStateThatTheApplicationKept() {
        Authorization started = app.tokens.authorize(XENA, BACK);
        URI callback = app.x.approve(started.url(), "xena");
        Tokens second = app.process(builder -> builder);

        assertThat(failure(Problem.CALLBACK_REJECTED, () -> second.completeAuthorization(XENA, callback)))
                .hasMessage("the redirect has no state, as is usual for OAuth 1.0a, and this process does not remember"
                        + " its oauth_token: only the process that started the authorization can complete it, within 10"
                        + " minutes, unless the state of authorize(…) is passed too");
        assertThat(second.completeAuthorization(XENA, callback, started.state()).state())
                .isEqualTo(ConnectionState.ACTIVE);
        assertThat(started.url().toString()).doesNotContain("state");
    }

    @Test
    void aRedirectCompletesOnlyTheAuthorizationThatItsTokenNames() {
        Authorization xenas = app.tokens.authorize(XENA, BACK);
        Authorization yuris = app.tokens.authorize(YURI, BACK);
        URI xenasCallback = app.x.approve(xenas.url(), "xena");

        failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(YURI, xenasCallback));
        assertThat(failure(
                        Problem.CALLBACK_REJECTED,
                        () -> app.tokens.completeAuthorization(YURI, xenasCallback, yuris.state())))
                .hasMessage("x-oauth1/yuri: the redirect's oauth_token is not that of this authorization");
        URI forged = URI.create(BACK + "?oauth_token=forged&oauth_verifier=forged");
        failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(XENA, forged));
        URI twice = URI.create(xenasCallback + "&oauth_verifier=other");
        failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(XENA, twice));
        URI elsewhere = URI.create(xenasCallback.toString().replace("/oauth/back", "/other"));
        failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(XENA, elsewhere));

        assertThat(app.tokens.completeAuthorization(XENA, xenasCallback).state())
                .isEqualTo(ConnectionState.ACTIVE);
        assertThat(app.tokens.completeAuthorization(XENA, xenasCallback).state())
                .as("the same redirect again")
                .isEqualTo(ConnectionState.ACTIVE);
        app.tokens.disconnect(XENA);
        assertThat(failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(XENA, xenasCallback)))
                .hasMessageContaining("already used");
    }

    @Test
    void aKeptStateDoesNotReplaceOneThatTheRedirectMustHave() {
        TokenKey ben = ConsentFixture.BEN;
        Authorization started = app.tokens.authorize(ben, BACK);
        URI callback = app.fixture.providers.google().approve(started.url(), "ben");
        URI bare = URI.create(callback.toString().replaceAll("&state=[^&]*", ""));

        assertThat(failure(
                        Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(ben, bare, started.state())))
                .hasMessage("google/ben: the redirect has no state, so it belongs to no authorization started here");
        String others = app.tokens.authorize(ben, BACK).state();
        assertThat(failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(ben, callback, others)))
                .hasMessage("the redirect has a different state than the one kept by the application");
        assertThat(app.tokens
                        .completeAuthorization(ben, callback, started.state())
                        .state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aVerifierThatXDoesNotKnowRequiresANewConsent() {
        URI callback = app.approved(XENA);
        URI wrong = ConsentFixture.with(callback, "oauth_verifier", "wrong");

        TokenException failed = failure(Problem.CONSENT_FAILED, () -> app.tokens.completeAuthorization(XENA, wrong));
        assertThat(failed).hasMessage("x-oauth1/xena: token endpoint answered 401 code 89");
        assertThat(app.fixture.store.load(XENA)).isEmpty();
    }

    @Test
    void aRedirectThatArrivesTooLateIsRejected() {
        Authorization started = app.tokens.authorize(XENA, BACK);
        URI callback = app.x.approve(started.url(), "xena");
        app.fixture.later(Duration.ofMinutes(11));

        failure(Problem.CALLBACK_REJECTED, () -> app.tokens.completeAuthorization(XENA, callback));
        assertThat(failure(
                        Problem.CALLBACK_REJECTED,
                        () -> app.tokens.completeAuthorization(XENA, callback, started.state())))
                .hasMessageContaining("more than 10 minutes");
    }

    @Test
    void aUserMayDecline() {
        URI denied = app.x.deny(app.tokens.authorize(XENA, BACK).url());

        assertThat(denied.getQuery()).startsWith("denied=");
        failure(Problem.CONSENT_DENIED, () -> app.tokens.completeAuthorization(XENA, denied));
        assertThat(app.fixture.store.load(XENA)).isEmpty();
    }

    @Test
    void aWrongApiKeyIsReportedBeforeTheUserIsRedirected() {
        Tokens wrong = app.process(builder -> builder.client(
                        "x-wrong",
                        "x-oauth1",
                        ClientRegistration.of(app.x.registration().clientId(), "not-the-api-secret"))
                .endpoints("x-wrong", app.x.endpoints()));

        TokenException refused =
                failure(Problem.CLIENT_REJECTED, () -> wrong.authorize(TokenKey.of("x-wrong", "xena"), BACK));
        assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(refused)
                .hasMessage("x-wrong/xena: token endpoint answered 401 code 32: the API key or its secret is wrong");
    }

    @Test
    void withoutAKeyRingTheProcessKeepsTheStateItself() {
        Tokens withoutKeyRing = app.fixture.process(builder -> builder);
        Authorization first = withoutKeyRing.authorize(XENA, BACK);
        Authorization second = withoutKeyRing.authorize(YURI, BACK);

        assertThat(withoutKeyRing
                        .completeAuthorization(YURI, app.x.approve(second.url(), "yuri"))
                        .state())
                .isEqualTo(ConnectionState.ACTIVE);
        assertThat(withoutKeyRing
                        .completeAuthorization(app.x.approve(first.url(), "xena"))
                        .key())
                .isEqualTo(XENA);
    }

    @Test
    void anUnreachableXStartsNothingAndEndsNothing() {
        URI nowhere = URI.create("http://127.0.0.1:1/oauth");
        Tokens offline = app.process(builder -> builder.client("x-cut", "x-oauth1", app.x.registration())
                .endpoints("x-cut", app.x.endpoints().with(EndpointKind.TEMPORARY_CREDENTIALS, nowhere))
                .client("x-late", "x-oauth1", app.x.registration())
                .endpoints("x-late", app.x.endpoints().with(EndpointKind.EXCHANGE, nowhere)));
        TokenKey late = TokenKey.of("x-late", "xena");
        failure(Problem.NETWORK, () -> offline.authorize(TokenKey.of("x-cut", "xena"), BACK));

        Authorization started = offline.authorize(late, BACK);
        URI callback = app.x.approve(started.url(), "xena");
        assertThat(failure(Problem.NETWORK, () -> offline.completeAuthorization(late, callback)))
                .hasMessageEndingWith("the same redirect can be completed again");
        Tokens repaired = app.process(builder ->
                builder.client("x-late", "x-oauth1", app.x.registration()).endpoints("x-late", app.x.endpoints()));
        assertThat(repaired.completeAuthorization(late, callback, started.state())
                        .state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aProviderThatDoesNotConfirmTheCallbackIsRejected() throws IOException {
        String unconfirmed = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
                + "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false";
        try (LoopbackServer server = LoopbackServer.answering(unconfirmed)) {
            Tokens old = app.process(builder -> builder.client("x-old", "x-oauth1", app.x.registration())
                    .endpoints(
                            "x-old",
                            app.x.endpoints().with(EndpointKind.TEMPORARY_CREDENTIALS, server.uri("/request_token"))));

            assertThat(failure(Problem.REQUEST_REJECTED, () -> old.authorize(TokenKey.of("x-old", "a"), BACK)))
                    .hasMessageContaining("does not confirm oauth_callback");
            assertThat(server.requests().get(0))
                    .contains("oauth_callback=\"https%3A%2F%2Fapp.example%2Foauth%2Fback\"")
                    .doesNotContain("oauth_token=");
        }
    }
}
