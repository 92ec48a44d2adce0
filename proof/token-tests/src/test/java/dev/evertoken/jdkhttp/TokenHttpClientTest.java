package dev.evertoken.jdkhttp;

import static dev.evertoken.jdkhttp.JdkClientFixture.ANNA;
import static dev.evertoken.jdkhttp.JdkClientFixture.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.TokenSource;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same promises as those of the OkHttp interceptor, for java.net.http. */
class TokenHttpClientTest {

    private final JdkClientFixture fixture = new JdkClientFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRequestGetsTheTokenAndTheCallerTheWholeResponse(CallStyle style) throws Exception {
        HttpRequest request = JdkClientFixture.get(fixture.google.apiUrl());
        HttpResponse<String> response = style.send(fixture.anna(), request, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("anna");
        assertThat(response.request()).isSameAs(request);
        assertThat(response.uri()).isEqualTo(fixture.google.apiUrl());
        assertThat(response.headers().firstValue("Content-Type")).isPresent();
        assertThat(TokenHttpClient.verdict(response)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRejectedTokenIsRefreshedOnceAndTheRequestSucceeds(CallStyle style) throws Exception {
        fixture.google.expire("anna");

        HttpResponse<String> response =
                style.send(fixture.anna(), fixture.post(BodyPublishers.ofString("{}")), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(TokenHttpClient.verdict(response)).isEmpty();
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H1")
    void aNewerTokenIsAdoptedWithoutARefresh(CallStyle style) throws Exception {
        HttpClient client = fixture.anna();
        try (Checkpoint held = new Checkpoint()) {
            fixture.google.onApi(MockResponse.json(401, REJECTED).heldBeforeSending(held));
            CompletableFuture<HttpResponse<String>> late = CompletableFuture.supplyAsync(
                    () -> JdkClientFixture.sent(style, client, JdkClientFixture.get(fixture.google.apiUrl())));
            held.awaitArrived();
            fixture.clock.advance(Duration.ofSeconds(11));
            fixture.tokens.refresh(ANNA, "a test");
            held.release();

            assertThat(late.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H2")
    void aSecondRejectionIsReturnedWithTheBodyOfTheApiAndAVerdict(CallStyle style) throws Exception {
        MockResponse rejected = MockResponse.json(401, REJECTED);
        fixture.google.onApi(rejected, rejected, rejected);

        HttpResponse<String> response =
                style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).isEqualTo(REJECTED);
        assertThat(TokenHttpClient.verdict(response).orElseThrow().problem()).contains(Problem.API_REJECTS_TOKEN);
        assertThat(fixture.google.responsesLeft()).as("two requests").isEqualTo(1);
        SecretCanary.ofTestTokens().assertNonePrintedBy(response, fixture.anna());
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H5")
    void aBodyOfUnknownLengthIsSentOnceAndTheTokenIsRefreshedForTheNextRequest(CallStyle style) throws Exception {
        fixture.google.expire("anna");
        BodyPublisher stream =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<String> response = style.send(fixture.anna(), fixture.post(stream), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(TokenHttpClient.verdict(response).orElseThrow().problem()).contains(Problem.BODY_NOT_REPLAYABLE);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(1);
        assertThat(style.send(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H10")
    void withoutATokenNothingIsSent(CallStyle style) {
        HttpClient unknown = TokenHttpClient.of(fixture.plain, fixture.tokens.source(TokenKey.of("google", "nobody")));

        TokenIOException refused = JdkClientFixture.failure(
                () -> JdkClientFixture.sent(style, unknown, JdkClientFixture.get(fixture.google.apiUrl())));
        assertThat(refused.reason().problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(fixture.google.ledger().entries())
                .noneMatch(entry -> entry.kind().name().equals("API_REQUEST"));
    }

    @Test
    @Fault("H12")
    void anAsynchronousCallBlocksNoThreadOfTheClient() throws Exception {
        fixture.google.expire("anna");
        try (Checkpoint held = fixture.google.holdRequest()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    fixture.anna().sendAsync(JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofString());
            held.awaitArrived();

            // the client has one thread, which stays free during the refresh
            assertThat(fixture.plain
                            .sendAsync(
                                    JdkClientFixture.get(fixture.mocks.strava().apiUrl()), BodyHandlers.ofString())
                            .get(10, TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(waiting).isNotDone();
            held.release();
            assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aCancelledCallEndsAndTheRefreshContinues() throws Exception {
        fixture.google.expire("anna");
        try (Checkpoint held = fixture.google.holdRequest()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    fixture.anna().sendAsync(JdkClientFixture.get(fixture.google.apiUrl()), BodyHandlers.ofString());
            held.awaitArrived();
            assertThat(waiting.cancel(true)).isTrue();
            held.release();
        }
        assertThat(JdkClientFixture.status(fixture.anna(), JdkClientFixture.get(fixture.google.apiUrl())))
                .isEqualTo(200);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H7")
    void aRequestToAHostThatIsNotAllowedFailsBeforeItIsSent(CallStyle style) throws Exception {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            URI named = URI.create("http://localhost:" + other.port() + "/");

            TokenIOException refused = JdkClientFixture.failure(
                    () -> JdkClientFixture.sent(style, fixture.anna(), JdkClientFixture.get(named)));
            assertThat(refused)
                    .hasMessage("google/anna: the request to localhost was not sent, because a token is sent only to"
                            + " the hosts of its provider and of allowHosts; if the host is part of the API, add"
                            + " allowHosts(\"google\", \"localhost\")");
            assertThat(refused.reason().problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
            assertThat(other.connections()).isZero();
        }
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H7")
    void aRedirectIsReturnedAndNotFollowed(CallStyle style) throws Exception {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            fixture.google.onApi(MockResponse.redirect(307, other.uri("/elsewhere")));

            assertThat(style.send(
                                    fixture.anna(),
                                    JdkClientFixture.get(fixture.google.apiUrl()),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(307);
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient following =
                HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();
        TokenSource source = fixture.tokens.source(ANNA);

        assertThatThrownBy(() -> TokenHttpClient.of(following, source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("followRedirects(Redirect.NEVER)");
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H9")
    void anAuthorizationHeaderOfTheCallerIsKept(CallStyle style) throws Exception {
        HttpRequest own = HttpRequest.newBuilder(fixture.google.apiUrl())
                .header("Authorization", "Bearer mine")
                .build();

        assertThat(style.send(fixture.anna(), own, BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void allOtherSettingsAreThoseOfTheWrappedClient() {
        HttpClient wrapped = fixture.anna();

        assertThat(wrapped.executor()).isEqualTo(fixture.plain.executor());
        assertThat(wrapped.version()).isEqualTo(fixture.plain.version());
        assertThat(wrapped.followRedirects()).isEqualTo(Redirect.NEVER);
        assertThat(wrapped.cookieHandler()).isEqualTo(fixture.plain.cookieHandler());
        assertThat(wrapped.proxy()).isEqualTo(fixture.plain.proxy());
        assertThat(wrapped.authenticator()).isEqualTo(fixture.plain.authenticator());
        assertThat(wrapped.connectTimeout()).isEqualTo(fixture.plain.connectTimeout());
        assertThat(wrapped.sslContext()).isEqualTo(fixture.plain.sslContext());
        assertThat(wrapped.sslParameters()).isNotNull();
        assertThat(wrapped).hasToString("TokenHttpClient[TokenSource[google/anna]]");
    }
}
