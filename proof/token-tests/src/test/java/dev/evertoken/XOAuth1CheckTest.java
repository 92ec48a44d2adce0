package dev.evertoken;

import static dev.evertoken.providers.LoopbackServer.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ClientRegistration;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import dev.evertoken.okhttp.TokenInterceptor;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.spi.provider.Endpoints;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.TestTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** X charges for the check of a token that an API rejects: how often it is made, and what its responses mean. */
class XOAuth1CheckTest {

    private static final TokenKey XENA = TokenKey.of("x-checked", "xena");
    private static final TokenKey YURI = TokenKey.of("x-checked", "yuri");
    private static final String UNAUTHORIZED =
            "{\"title\":\"Unauthorized\",\"type\":\"about:blank\",\"status\":401,\"detail\":\"Unauthorized\"}";

    private final XFixture app = new XFixture();
    private volatile String response = "";
    private final LoopbackServer check =
            LoopbackServer.playing((self, socket, out) -> out.write(response.getBytes(UTF_8)));

    XOAuth1CheckTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        check.close();
        app.close();
    }

    @Test
    void aValidTokenThatAnApiRejectsIsCheckedOnceAnHourByAllProcessesTogether() throws IOException {
        Tokens first = process();
        connect(first, XENA);
        Tokens second = process();
        response =
                json(200, "{\"data\":{\"id\":\"" + first.status(XENA).subject().orElseThrow() + "\"}}");

        assertThat(rejection(first, XENA).problem()).contains(Problem.API_REJECTS_TOKEN);
        app.fixture.later(Duration.ofMinutes(59));
        for (Tokens process : new Tokens[] {first, second}) {
            ResourceVerdict verdict = rejection(process, XENA);
            assertThat(verdict.problem()).contains(Problem.NOT_YET);
            assertThat(verdict.detail()).isEqualTo("the provider was asked about this token a short time ago");
            assertThat(verdict.until()).contains(app.fixture.clock.now().plus(Duration.ofMinutes(1)));
        }
        assertThat(check.requests()).hasSize(1).first().asString().startsWith("GET /users/me ");

        app.fixture.later(Duration.ofMinutes(1));
        assertThat(rejection(second, XENA).problem()).contains(Problem.API_REJECTS_TOKEN);
        assertThat(check.requests()).hasSize(2);
    }

    @Test
    void aNewConsentMayBeCheckedAtOnce() throws IOException {
        Tokens tokens = process();
        connect(tokens, XENA);
        response =
                json(200, "{\"data\":{\"id\":\"" + tokens.status(XENA).subject().orElseThrow() + "\"}}");
        assertThat(rejection(tokens, XENA).problem()).contains(Problem.API_REJECTS_TOKEN);

        connect(tokens, XENA);
        assertThat(rejection(tokens, XENA).problem()).contains(Problem.API_REJECTS_TOKEN);
        assertThat(check.requests()).hasSize(2);
    }

    static Stream<Arguments> inconclusive() {
        return Stream.of(
                Arguments.of(402, "{\"title\":\"CreditsDepleted\"}", Problem.APP_BLOCKED),
                Arguments.of(429, "{\"title\":\"Too Many Requests\",\"status\":429}", Problem.RATE_LIMITED),
                Arguments.of(403, "{\"errors\":[{\"code\":453,\"message\":\"a subset\"}]}", Problem.NOT_SUPPORTED),
                Arguments.of(403, "{\"title\":\"x\",\"reason\":\"client-not-enrolled\"}", Problem.NOT_SUPPORTED),
                Arguments.of(503, "<html>", Problem.PROVIDER_UNAVAILABLE),
                Arguments.of(401, UNAUTHORIZED, Problem.CLIENT_REJECTED));
    }

    /** For the last one, the endpoint that would show the reason is down as well. */
    @ParameterizedTest
    @MethodSource("inconclusive")
    void aCheckThatShowsNothingChangesNothingAndIsNotRepeatedWithinTheHour(int status, String body, Problem problem)
            throws IOException {
        Tokens tokens = process();
        connect(tokens, XENA);
        connect(tokens, YURI);
        response = json(status, body);
        try (LoopbackServer down = LoopbackServer.answering(json(503, "{}"))) {
            Tokens checking = process(
                    app.x.registration(),
                    endpoints().with(EndpointKind.TEMPORARY_CREDENTIALS, down.uri("/request_token")));

            ResourceVerdict verdict = rejection(checking, XENA);
            assertThat(verdict.problem()).contains(problem);
            assertThat(verdict.until()).contains(app.fixture.clock.now().plus(Duration.ofHours(1)));
            AccountStatus after = checking.status(XENA);
            assertThat(after.state()).isEqualTo(ConnectionState.ACTIVE);
            assertThat(after.problem()).isEmpty();
            assertThat(checking.accessToken(XENA).generation()).isEqualTo(1);

            app.fixture.later(Duration.ofMinutes(59));
            assertThat(rejection(checking, XENA).problem()).contains(Problem.NOT_YET);
            assertThat(rejection(tokens, XENA).problem()).contains(Problem.NOT_YET);
            assertThat(check.requests()).hasSize(1);
            assertThat(rejection(checking, YURI).problem())
                    .as("the client is not paused")
                    .contains(problem);
            app.fixture.later(Duration.ofMinutes(1));
            assertThat(rejection(checking, XENA).problem()).contains(problem);
            assertThat(check.requests()).hasSize(3);
        }
    }

    @Test
    void aRefusalWithoutAReasonEndsTheGrantIfTheKeyIsAccepted() throws IOException {
        Tokens tokens = process();
        connect(tokens, XENA);
        response = json(401, UNAUTHORIZED);

        assertThat(rejection(tokens, XENA).problem()).contains(Problem.GRANT_DEAD);
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    void aRefusalWithoutAReasonIsAboutTheClientIfItsKeyIsRefused() throws IOException {
        Tokens tokens = process();
        connect(tokens, XENA);
        Tokens wrong =
                process(ClientRegistration.of(app.x.registration().clientId(), TestTokens.clientSecret()), endpoints());
        response = json(401, UNAUTHORIZED);

        ResourceVerdict verdict = rejection(wrong, XENA);
        assertThat(verdict.problem()).contains(Problem.CLIENT_REJECTED);
        assertThat(verdict.detail())
                .isEqualTo("token endpoint answered 401 code 32: the API key or its secret is wrong");
        assertThat(tokens.status(XENA).state()).isEqualTo(ConnectionState.ACTIVE);
    }

    private Tokens process() {
        return process(app.x.registration(), endpoints());
    }

    private Tokens process(ClientRegistration client, Endpoints endpoints) {
        return app.process(builder -> builder.client("x-checked", "x-oauth1", client)
                .endpoints("x-checked", endpoints)
                .allowHosts("x-checked", "127.0.0.1"));
    }

    private Endpoints endpoints() {
        return app.x.endpoints().with(EndpointKind.REFRESH, check.uri("/users/me"));
    }

    private void connect(Tokens tokens, TokenKey key) {
        tokens.completeAuthorization(
                key, app.x.approve(tokens.authorize(key, ConsentFixture.BACK).url(), key.account()));
    }

    /** Returns the verdict on a request whose token the API rejects without a reason. */
    private ResourceVerdict rejection(Tokens tokens, TokenKey key) throws IOException {
        app.x.onApi(MockResponse.json(401, UNAUTHORIZED));
        OkHttpClient http = new OkHttpClient.Builder()
                .addInterceptor(TokenInterceptor.of(tokens))
                .build();
        try (Response rejected = http.newCall(XFixture.get(key, app.x.apiUrl())).execute()) {
            assertThat(rejected.code()).isEqualTo(401);
            return TokenInterceptor.verdict(rejected).orElseThrow();
        } finally {
            http.dispatcher().executorService().shutdownNow();
            http.connectionPool().evictAll();
        }
    }
}
