package dev.evertoken;

import static dev.evertoken.ConsentFixture.BACK;
import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.XFixture.XENA;
import static dev.evertoken.XFixture.YURI;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A token that does not expire: import, check at X, validation, revocation. */
class XOAuth1LookTest {

    private final XFixture app = new XFixture();

    @AfterEach
    void close() {
        app.close();
    }

    @Test
    @Fault("C17")
    void aTokenThatBelongsToAnotherUserIsReportedAsAMismatch() throws IOException {
        String user = "{\"data\":{\"id\":\"999\",\"username\":\"somebody\"}}";

        assertThat(verdictAfter(LoopbackServer.json(200, user)).problem()).contains(Problem.IDENTITY_MISMATCH);
    }

    @Test
    void aPlanWithoutTheCheckIsReportedAndTheTokenStaysInUse() throws IOException {
        String plan = "{\"errors\":[{\"code\":453,\"message\":\"You currently have access to a subset of X API V2"
                + " endpoints and limited v1.1 endpoints\"}]}";
        ResourceVerdict verdict = verdictAfter(LoopbackServer.json(403, plan));

        assertThat(verdict.problem()).contains(Problem.NOT_SUPPORTED);
        assertThat(verdict.detail())
                .isEqualTo(
                        "token endpoint answered 403 code 453: the application's plan or project does not include this"
                                + " endpoint");
    }

    @Test
    void aLockedAccountKeepsItsToken() throws IOException {
        String locked = "{\"errors\":[{\"code\":326,\"message\":\"To protect our users from spam and other malicious"
                + " activity, this account is temporarily locked.\"}]}";

        assertThat(verdictAfter(LoopbackServer.json(403, locked)).problem()).contains(Problem.ACCOUNT_UNUSABLE);
    }

    @Test
    void anOutageOfXEndsNoGrant() throws IOException {
        assertThat(verdictAfter(LoopbackServer.http(503, "text/html", "<html>")).problem())
                .contains(Problem.PROVIDER_UNAVAILABLE);
    }

    /** Returns the verdict on a request that the API rejects, if X responds to the check of the token in this way. */
    private ResourceVerdict verdictAfter(String checkResponse) throws IOException {
        try (LoopbackServer check = LoopbackServer.answering(checkResponse)) {
            TokenKey key = TokenKey.of("x-looked", "xena");
            Tokens checked = app.process(builder -> builder.client("x-looked", "x-oauth1", app.x.registration())
                    .endpoints("x-looked", app.x.endpoints().with(EndpointKind.REFRESH, check.uri("/users/me")))
                    .allowHosts("x-looked", "127.0.0.1"));
            checked.completeAuthorization(
                    key, app.x.approve(checked.authorize(key, BACK).url(), "xena"));
            app.x.onApi(
                    MockResponse.json(401, "{\"errors\":[{\"code\":89,\"message\":\"Invalid or expired token.\"}]}"));
            OkHttpClient client = new OkHttpClient.Builder()
                    .addInterceptor(TokenInterceptor.of(checked))
                    .build();
            try (Response response =
                    client.newCall(XFixture.get(key, app.x.apiUrl())).execute()) {
                assertThat(response.code()).isEqualTo(401);
                assertThat(checked.status(key).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
                assertThat(checked.accessToken(key).generation())
                        .as("still in use")
                        .isEqualTo(1);
                assertThat(check.requests()).hasSize(1);
                return TokenInterceptor.verdict(response).orElseThrow();
            }
        }
    }

    @Test
    void tokensWithoutTheirSecretAreNotImported() {
        TokenSet bare = TokenSet.builder(TestTokens.access()).build();

        assertThat(failure(Problem.PLACEHOLDER_CREDENTIALS, () -> app.tokens.connect(XENA, bare)))
                .hasMessage("x-oauth1/xena: the tokens have no attribute oauth_token_secret, which signatures"
                        + " require; nothing was stored");
        List<ConnectResult> rows = app.tokens.connectAll(Map.of(XENA, bare, YURI, app.x.consent("yuri")));
        assertThat(rows)
                .extracting(ConnectResult::outcome)
                .containsExactlyInAnyOrder(ConnectResult.Outcome.FAILED, ConnectResult.Outcome.CONNECTED);
        assertThat(app.fixture.store.load(XENA)).isEmpty();
    }

    @Test
    void aTokenIsValidatedByRequestingTheUser() {
        app.connect(XENA);
        Validation valid = app.tokens.validate(XENA);
        assertThat(valid.verdict()).isEqualTo(Verdict.VALID);
        assertThat(valid.subject()).isEqualTo(app.tokens.status(XENA).subject());

        app.x.revoke("xena");
        assertThat(app.tokens.validate(XENA).verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(app.tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aRevokedTokenIsInvalidAndRemoved() {
        app.connect(XENA);
        AccessToken token = app.tokens.accessToken(XENA);

        assertThat(app.tokens.revoke(XENA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(app.x.ledger().isAccepted(token.value())).isFalse();
        assertThat(app.fixture.store.load(XENA)).isEmpty();
    }

    @Test
    void anOperatorMayHaveATokenChecked() {
        app.connect(XENA);
        app.fixture.later(Duration.ofMinutes(1));

        AccessToken before = app.tokens.accessToken(XENA);
        assertThat(app.tokens.refresh(XENA, "an operator asks").value()).isEqualTo(before.value());
        app.x.revoke("xena");
        app.fixture.later(Duration.ofMinutes(59));
        failure(Problem.NOT_YET, () -> app.tokens.refresh(XENA, "an operator asks within the hour"));
        app.fixture.later(Duration.ofMinutes(1));
        failure(Problem.GRANT_DEAD, () -> app.tokens.refresh(XENA, "an operator asks again"));
    }
}
