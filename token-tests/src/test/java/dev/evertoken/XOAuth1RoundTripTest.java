package dev.evertoken;

import static dev.evertoken.ConsentHouse.BACK;
import static dev.evertoken.ConsentHouse.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Authorization;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectResult;
import dev.evertoken.model.Connection;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Revocation;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.providers.XOAuth1;
import dev.evertoken.spi.ApiRequest;
import dev.evertoken.spi.ResourceVerdict;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.MockProvider;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import okhttp3.FormBody;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An account that signs its requests, at an X that checks every signature, nonce and timestamp. */
class XOAuth1RoundTripTest {

    private static final TokenKey XENA = TokenKey.of("x-oauth1", "xena");
    private static final TokenKey YURI = TokenKey.of("x-oauth1", "yuri");

    private final ConsentHouse house = new ConsentHouse();
    private final MockProvider x = house.providers.xOAuth1();
    private final Tokens tokens = process(builder -> builder);
    private final OkHttpClient http = new OkHttpClient.Builder()
            .addInterceptor(TokenInterceptor.of(tokens))
            .build();

    @AfterEach
    void close() {
        http.connectionPool().evictAll();
        house.close();
    }

    private Tokens process(UnaryOperator<TokensBuilder> more) {
        return house.process(builder -> more.apply(
                builder.encryption(ConsentHouse.ring(7)).allowHosts("x-oauth1", "127.0.0.1")));
    }

    // ---- consent

    @Test
    void threeStepsConnectAnAccountThatDoesNotExpire() throws IOException {
        Connection connection = tokens.completeAuthorization(XENA, approved(XENA));

        assertThat(connection.state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(connection.expiresAt()).isEmpty();
        assertThat(connection.dies()).isEmpty();
        assertThat(connection.subject()).isPresent();
        assertThat(house.store.load(XENA).orElseThrow().refreshModel()).isEqualTo(RefreshModel.NON_EXPIRING);
        house.later(Duration.ofDays(1000));
        assertThat(tokens.accessToken(XENA).generation()).isEqualTo(1);
        assertThat(status(get(x.apiUrl()))).isEqualTo(200);
    }

    @Test
    void theTokensSecretSurvivesARestart() throws IOException {
        connect(XENA);
        Tokens second = process(builder -> builder);
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(second))
                .build();

        try (Response answer = client.newCall(get(x.apiUrl())).execute()) {
            assertThat(answer.code()).isEqualTo(200);
        }
    }

    @Test
    void anotherProcessCompletesWithTheStateThatTheApplicationKept() {
        Authorization started = tokens.authorize(XENA, BACK);
        URI callback = x.approve(started.url(), "xena");
        Tokens second = process(builder -> builder);

        assertThat(failure(Problem.CALLBACK_REJECTED, () -> second.completeAuthorization(XENA, callback)))
                .hasMessage("the redirect has no state, so nobody here asked for it");
        assertThat(second.completeAuthorization(XENA, callback, started.state()).state())
                .isEqualTo(ConnectionState.ACTIVE);
        assertThat(started.url().toString()).doesNotContain("state");
    }

    @Test
    void aRedirectIsGoodForTheAuthorizationThatItsTokenNames() {
        Authorization xenas = tokens.authorize(XENA, BACK);
        Authorization yuris = tokens.authorize(YURI, BACK);
        URI xenasCallback = x.approve(xenas.url(), "xena");

        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(YURI, xenasCallback));
        assertThat(failure(
                        Problem.CALLBACK_REJECTED,
                        () -> tokens.completeAuthorization(YURI, xenasCallback, yuris.state())))
                .hasMessage("x-oauth1/yuri: the redirect's oauth_token is not that of this authorization");
        URI forged = URI.create(BACK + "?oauth_token=forged&oauth_verifier=forged");
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(XENA, forged));
        URI twice = URI.create(xenasCallback + "&oauth_verifier=other");
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(XENA, twice));
        URI elsewhere = URI.create(xenasCallback.toString().replace("/oauth/back", "/other"));
        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(XENA, elsewhere));

        assertThat(tokens.completeAuthorization(XENA, xenasCallback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(XENA, xenasCallback)))
                .hasMessageContaining("used already");
    }

    @Test
    void aKeptStateDoesNotStandInForOneThatTheRedirectHasToBring() {
        TokenKey ben = ConsentHouse.BEN;
        Authorization started = tokens.authorize(ben, BACK);
        URI callback = house.providers.google().approve(started.url(), "ben");
        URI bare = URI.create(callback.toString().replaceAll("&state=[^&]*", ""));

        assertThat(failure(
                        Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(ben, bare, started.state())))
                .hasMessage("google/ben: the redirect has no state, so nobody here asked for it");
        String others = tokens.authorize(ben, BACK).state();
        assertThat(failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(ben, callback, others)))
                .hasMessage("the redirect has another state than the one that the application kept");
        assertThat(tokens.completeAuthorization(ben, callback, started.state()).state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aVerifierThatXDoesNotKnowAsksForANewConsent() {
        URI callback = approved(XENA);
        URI wrong = ConsentHouse.with(callback, "oauth_verifier", "wrong");

        TokenException failed = failure(Problem.CONSENT_FAILED, () -> tokens.completeAuthorization(XENA, wrong));
        assertThat(failed).hasMessage("x-oauth1/xena: token endpoint answered 401 code 89");
        assertThat(house.store.load(XENA)).isEmpty();
    }

    @Test
    void aRedirectThatComesTooLateIsRefused() {
        Authorization started = tokens.authorize(XENA, BACK);
        URI callback = x.approve(started.url(), "xena");
        house.later(Duration.ofMinutes(11));

        failure(Problem.CALLBACK_REJECTED, () -> tokens.completeAuthorization(XENA, callback));
        assertThat(failure(
                        Problem.CALLBACK_REJECTED,
                        () -> tokens.completeAuthorization(XENA, callback, started.state())))
                .hasMessageContaining("more than 10 minutes");
    }

    @Test
    void aPersonMayDecline() {
        URI denied = x.deny(tokens.authorize(XENA, BACK).url());

        assertThat(denied.getQuery()).startsWith("denied=");
        failure(Problem.CONSENT_DENIED, () -> tokens.completeAuthorization(XENA, denied));
        assertThat(house.store.load(XENA)).isEmpty();
    }

    @Test
    void aWrongApiKeyIsToldBeforeThePersonIsSentAnywhere() {
        Tokens wrong = process(builder -> builder.client(
                        "x-wrong", "x-oauth1", ClientRegistration.of(x.registration().clientId(), "not-the-api-secret"))
                .endpoints("x-wrong", x.endpoints()));

        TokenException refused = failure(
                Problem.CLIENT_REJECTED, () -> wrong.authorize(TokenKey.of("x-wrong", "xena"), BACK));
        assertThat(refused.remedy()).isEqualTo(Remedy.FIX_CONFIGURATION);
        assertThat(refused)
                .hasMessage("x-wrong/xena: token endpoint answered 401 code 32: the API key or its secret is wrong");
    }

    @Test
    void withoutAKeyRingTheProcessItselfRemembers() {
        Tokens forgetful = house.process(builder -> builder);
        Authorization first = forgetful.authorize(XENA, BACK);
        Authorization second = forgetful.authorize(YURI, BACK);

        assertThat(forgetful.completeAuthorization(YURI, x.approve(second.url(), "yuri")).state())
                .isEqualTo(ConnectionState.ACTIVE);
        assertThat(forgetful.completeAuthorization(x.approve(first.url(), "xena")).key())
                .isEqualTo(XENA);
    }

    @Test
    void anXThatCannotBeReachedStartsNothingAndEndsNothing() {
        URI nowhere = URI.create("http://127.0.0.1:1/oauth");
        Tokens cut = process(builder -> builder.client("x-cut", "x-oauth1", x.registration())
                .endpoints("x-cut", x.endpoints().with(EndpointKind.TEMPORARY_CREDENTIALS, nowhere))
                .client("x-late", "x-oauth1", x.registration())
                .endpoints("x-late", x.endpoints().with(EndpointKind.EXCHANGE, nowhere)));
        TokenKey late = TokenKey.of("x-late", "xena");
        failure(Problem.NETWORK, () -> cut.authorize(TokenKey.of("x-cut", "xena"), BACK));

        Authorization started = cut.authorize(late, BACK);
        URI callback = x.approve(started.url(), "xena");
        assertThat(failure(Problem.NETWORK, () -> cut.completeAuthorization(late, callback)))
                .hasMessageEndingWith("the same redirect can be completed again");
        Tokens mended = process(builder ->
                builder.client("x-late", "x-oauth1", x.registration()).endpoints("x-late", x.endpoints()));
        assertThat(mended.completeAuthorization(late, callback, started.state()).state())
                .isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aProviderThatDoesNotConfirmTheCallbackIsNotTrusted() throws IOException {
        String unconfirmed = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
                + "oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false";
        try (LoopbackServer server = LoopbackServer.answering(unconfirmed)) {
            Tokens old = process(builder -> builder.client("x-old", "x-oauth1", x.registration())
                    .endpoints(
                            "x-old",
                            x.endpoints().with(EndpointKind.TEMPORARY_CREDENTIALS, server.uri("/request_token"))));

            assertThat(failure(Problem.REQUEST_REJECTED, () -> old.authorize(TokenKey.of("x-old", "a"), BACK)))
                    .hasMessageContaining("does not confirm oauth_callback");
            assertThat(server.requests().get(0))
                    .contains("oauth_callback=\"https%3A%2F%2Fapp.example%2Foauth%2Fback\"")
                    .doesNotContain("oauth_token=");
        }
    }

    // ---- requests

    @Test
    void queryFormAndJsonAreSignedAsTheyGoOut() throws IOException {
        connect(XENA);
        String odd = x.apiUrl() + "/search?q=a%20b+c&empty&list%5B0%5D=1&list%5B0%5D=2&name=%C3%A9*~";
        RequestBody form = new FormBody.Builder()
                .add("status", "Hello Ladies + Gentlemen, a signed OAuth request!")
                .add("ümlaut[]", "100 % & =")
                .build();
        RequestBody json = RequestBody.create("{\"text\":\"a=b&c\"}", MediaType.get("application/json"));

        assertThat(status(get(URI.create(odd)))).isEqualTo(200);
        assertThat(status(post(x.apiUrl() + "/1.1/statuses/update.json?include_entities=true", form))).isEqualTo(200);
        assertThat(status(post(x.apiUrl() + "/2/tweets", json))).isEqualTo(200);
        assertThat(x.ledger().apiRequests("xena")).isEqualTo(3);
    }

    @Test
    void aClockThatIsWrongIsCorrectedByTheFirstAnswerAndStaysSo() throws IOException {
        connect(XENA);
        Tokens late = lateProcess();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(late))
                .build();

        for (int i = 0; i < 3; i++) {
            try (Response answer = client.newCall(get(x.apiUrl())).execute()) {
                assertThat(answer.code()).isEqualTo(200);
            }
        }
        assertThat(x.ledger().apiRequests("xena")).as("one more than was asked for").isEqualTo(4);
    }

    @Test
    void aWrongClockDoesNotKeepAnybodyFromConnecting() {
        Tokens late = lateProcess();
        URI callback = x.approve(late.authorize(XENA, BACK).url(), "xena");

        assertThat(late.completeAuthorization(XENA, callback).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(late.validate(XENA).verdict()).isEqualTo(Verdict.VALID);
    }

    /** A process of its own provider object, by a clock that is an hour behind. */
    private Tokens lateProcess() {
        ManualClock behind =
                ManualClock.at(house.clock.now().minus(Duration.ofHours(1)));
        return process(builder -> builder.timekeeper(behind).clockSkew(Duration.ofHours(2)).provider(new XOAuth1()));
    }

    @Test
    void aDeadTokenIsLookedAtOnceAndThePersonIsToReconnect() throws IOException, InterruptedException {
        connect(XENA);
        x.revoke("xena");

        try (Response answer = http.newCall(get(x.apiUrl())).execute()) {
            assertThat(answer.code()).isEqualTo(401);
            ResourceVerdict verdict = TokenInterceptor.verdict(answer).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.GRANT_DEAD);
            assertThat(verdict.detail()).isEqualTo("token endpoint answered 401 code 89");
        }
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(house.event(TokenEvent.ReauthorizationRequired.class).key()).isEqualTo(XENA);
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(XENA));

        connect(XENA);
        assertThat(status(get(x.apiUrl()))).isEqualTo(200);
    }

    @Test
    void aTokenThatOneApiRejectsAndXStillKnowsIsNotDead() throws IOException {
        connect(XENA);
        x.onApi(
                Answer.json(401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}"),
                Answer.json(401, "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401}"));

        try (Response answer = http.newCall(get(x.apiUrl())).execute()) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(answer).orElseThrow().problem())
                    .contains(Problem.API_REJECTS_TOKEN);
        }
        assertThat(x.answersLeft()).as("not sent again with the same token").isEqualTo(1);
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void aWrongSecretOfOneAccountIsSignedOnceMoreAndThenToldAndTouchesNoOther() throws IOException {
        connect(YURI);
        tokens.connect(
                XENA,
                TokenSet.builder(x.consent("xena").accessToken().reveal())
                        .attribute(XOAuth1.TOKEN_SECRET, Secret.of(TestTokens.clientSecret()))
                        .build());

        try (Response answer = http.newCall(get(x.apiUrl())).execute()) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(answer).orElseThrow())
                    .isEqualTo(ResourceVerdict.pass(
                            Problem.CLIENT_REJECTED,
                            "API answered 401: the signature is refused: the API key, its secret or the token's"
                                    + " secret is wrong"));
        }
        assertThat(x.ledger().apiRequests("xena")).isEqualTo(2);
        assertThat(status(get(YURI, x.apiUrl()))).isEqualTo(200);
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    // ---- what the look at a rejected token may bring

    @Test
    @Fault("C17")
    void aTokenThatTurnsOutToBeSomebodyElsesIsNotTakenForThisAccounts() throws IOException {
        String told = "{\"id_str\":\"999\",\"screen_name\":\"somebody\"}";

        assertThat(looked(LoopbackServer.json(200, told)).problem()).contains(Problem.IDENTITY_MISMATCH);
    }

    @Test
    void aPlanWithoutTheLookIsToldAndTheTokenStaysInUse() throws IOException {
        String plan = "{\"errors\":[{\"code\":453,\"message\":\"You currently have access to a subset of X API V2"
                + " endpoints and limited v1.1 endpoints\"}]}";
        ResourceVerdict verdict = looked(LoopbackServer.json(403, plan));

        assertThat(verdict.problem()).contains(Problem.NOT_SUPPORTED);
        assertThat(verdict.detail())
                .isEqualTo("token endpoint answered 403 code 453: the application's plan or project does not have this"
                        + " endpoint");
    }

    @Test
    void aLockedAccountKeepsItsToken() throws IOException {
        String locked = "{\"errors\":[{\"code\":326,\"message\":\"To protect our users from spam and other malicious"
                + " activity, this account is temporarily locked.\"}]}";

        assertThat(looked(LoopbackServer.json(403, locked)).problem()).contains(Problem.ACCOUNT_UNUSABLE);
    }

    @Test
    void anXThatIsDownKillsNothing() throws IOException {
        assertThat(looked(LoopbackServer.http(503, "text/html", "<html>")).problem())
                .contains(Problem.PROVIDER_UNAVAILABLE);
    }

    /** Returns what is told of a request that the API rejects while X answers so to the look at the token. */
    private ResourceVerdict looked(String answered) throws IOException {
        try (LoopbackServer look = LoopbackServer.answering(answered)) {
            TokenKey key = TokenKey.of("x-looked", "xena");
            Tokens watched = process(builder -> builder.client("x-looked", "x-oauth1", x.registration())
                    .endpoints("x-looked", x.endpoints().with(EndpointKind.REFRESH, look.uri("/verify_credentials")))
                    .allowHosts("x-looked", "127.0.0.1"));
            watched.completeAuthorization(key, x.approve(watched.authorize(key, BACK).url(), "xena"));
            x.onApi(Answer.json(401, "{\"errors\":[{\"code\":89,\"message\":\"Invalid or expired token.\"}]}"));
            OkHttpClient client = new OkHttpClient.Builder()
                    .addInterceptor(TokenInterceptor.of(watched))
                    .build();
            try (Response answer = client.newCall(get(key, x.apiUrl())).execute()) {
                assertThat(answer.code()).isEqualTo(401);
                assertThat(watched.status(key).state()).isNotEqualTo(ConnectionState.NEEDS_REAUTH);
                assertThat(watched.accessToken(key).generation()).as("still in use").isEqualTo(1);
                assertThat(look.requests()).hasSize(1);
                return TokenInterceptor.verdict(answer).orElseThrow();
            }
        }
    }

    // ---- import, validation, revocation

    @Test
    void tokensWithoutTheirSecretAreNotImported() {
        TokenSet bare = TokenSet.builder(TestTokens.access()).build();

        assertThat(failure(Problem.PLACEHOLDER_CREDENTIALS, () -> tokens.connect(XENA, bare)))
                .hasMessage("x-oauth1/xena: the tokens have no attribute oauth_token_secret, without which nothing can be"
                        + " signed; nothing was stored");
        List<ConnectResult> rows = tokens.connectAll(Map.of(XENA, bare, YURI, x.consent("yuri")));
        assertThat(rows).extracting(ConnectResult::outcome)
                .containsExactlyInAnyOrder(ConnectResult.Outcome.FAILED, ConnectResult.Outcome.CONNECTED);
        assertThat(house.store.load(XENA)).isEmpty();
    }

    @Test
    void aTokenIsValidatedByAskingForTheUser() {
        connect(XENA);
        Validation valid = tokens.validate(XENA);
        assertThat(valid.verdict()).isEqualTo(Verdict.VALID);
        assertThat(valid.subject()).isEqualTo(tokens.status(XENA).subject());

        x.revoke("xena");
        assertThat(tokens.validate(XENA).verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    @Test
    void anInvalidatedTokenIsDeadAndForgotten() {
        connect(XENA);
        AccessToken token = tokens.accessToken(XENA);

        assertThat(tokens.revoke(XENA).outcome()).isEqualTo(Revocation.Outcome.REVOKED);
        assertThat(x.ledger().isAccepted(token.value())).isFalse();
        assertThat(house.store.load(XENA)).isEmpty();
    }

    @Test
    void anOperatorMayHaveATokenLookedAt() {
        connect(XENA);
        house.later(Duration.ofMinutes(1));

        AccessToken before = tokens.accessToken(XENA);
        assertThat(tokens.refresh(XENA, "a person asks").value()).isEqualTo(before.value());
        x.revoke("xena");
        house.later(Duration.ofMinutes(1));
        failure(Problem.GRANT_DEAD, () -> tokens.refresh(XENA, "a person asks again"));
    }

    // ---- what nobody gets to see

    @Test
    void noSecretIsPrintedByAnythingOnTheWay() throws IOException {
        SecretCanary canary = SecretCanary.ofTestTokens();
        Authorization started = tokens.authorize(XENA, BACK);
        tokens.completeAuthorization(XENA, x.approve(started.url(), "xena"));
        TokenSource source = tokens.source(XENA);
        AccessToken token = source.accessToken();
        ApiRequest request = new ApiRequest("POST", x.apiUrl(), Map.of(), Optional.of("a=" + TestTokens.code()));

        canary.assertNonePrintedBy(
                started, source, token, request, source.sign(token, request), house.store.load(XENA).orElseThrow());
        x.revoke("xena");
        try (Response answer = http.newCall(get(x.apiUrl())).execute()) {
            canary.assertNonePrintedBy(TokenInterceptor.verdict(answer).orElseThrow(), answer);
        }
        canary.assertNonePrintedBy(failure(Problem.GRANT_DEAD, () -> tokens.accessToken(XENA)));
        canary.assertNoneIn("the record", house.store.load(XENA).orElseThrow().secrets().toString());
    }

    @Test
    void aTokenOfAnotherSourceIsNotSignedWith() {
        connect(XENA);
        AccessToken foreign = new AccessToken(Secret.of(TestTokens.access()), "OAuth", Optional.empty(), "g", 1);
        ApiRequest request = new ApiRequest("GET", x.apiUrl(), Map.of(), Optional.empty());

        assertThatThrownBy(() -> tokens.source(XENA).sign(foreign, request))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the token is not one that was handed out for x-oauth1/xena");
    }

    private URI approved(TokenKey key) {
        return x.approve(tokens.authorize(key, BACK).url(), key.account());
    }

    private void connect(TokenKey key) {
        tokens.completeAuthorization(key, approved(key));
    }

    private static Request get(URI address) {
        return get(XENA, address);
    }

    private static Request get(TokenKey key, URI address) {
        return new Request.Builder()
                .url(address.toString())
                .tag(TokenKey.class, key)
                .build();
    }

    private static Request post(String address, RequestBody body) {
        return new Request.Builder()
                .url(address)
                .tag(TokenKey.class, XENA)
                .post(body)
                .build();
    }

    private int status(Request request) throws IOException {
        try (Response answer = http.newCall(request).execute()) {
            return answer.code();
        }
    }
}
