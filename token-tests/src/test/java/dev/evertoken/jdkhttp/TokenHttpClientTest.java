package dev.evertoken.jdkhttp;

import static dev.evertoken.jdkhttp.JdkDesk.ANNA;
import static dev.evertoken.jdkhttp.JdkDesk.REJECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.TokenSource;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenIOException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
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

    private final JdkDesk desk = new JdkDesk();

    @AfterEach
    void close() {
        desk.close();
    }

    @ParameterizedTest
    @EnumSource
    void aRequestGetsTheTokenAndTheCallerTheWholeAnswer(Way way) throws Exception {
        HttpRequest request = JdkDesk.get(desk.google.apiUrl());
        HttpResponse<String> answer = way.send(desk.anna(), request, BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("anna");
        assertThat(answer.request()).isSameAs(request);
        assertThat(answer.uri()).isEqualTo(desk.google.apiUrl());
        assertThat(answer.headers().firstValue("Content-Type")).isPresent();
        assertThat(TokenHttpClient.verdict(answer)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aRejectedTokenIsRefreshedOnceAndTheRequestGoesThrough(Way way) throws Exception {
        desk.google.expire("anna");

        HttpResponse<String> answer =
                way.send(desk.anna(), desk.post(BodyPublishers.ofString("{}")), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(TokenHttpClient.verdict(answer)).isEmpty();
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(desk.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H1")
    void aNewerTokenIsAdoptedWithoutARefresh(Way way) throws Exception {
        HttpClient client = desk.anna();
        try (Hold held = new Hold()) {
            desk.google.onApi(Answer.json(401, REJECTED).heldOnTheWayBack(held));
            CompletableFuture<HttpResponse<String>> late =
                    CompletableFuture.supplyAsync(() -> JdkDesk.sent(way, client, JdkDesk.get(desk.google.apiUrl())));
            held.awaitArrived();
            desk.clock.advance(Duration.ofSeconds(11));
            desk.tokens.refresh(ANNA, "a test");
            held.release();

            assertThat(late.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H2")
    void aSecondRejectionIsHandedOnWithTheApisOwnBodyAndAVerdict(Way way) throws Exception {
        Answer rejected = Answer.json(401, REJECTED);
        desk.google.onApi(rejected, rejected, rejected);

        HttpResponse<String> answer = way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(REJECTED);
        assertThat(TokenHttpClient.verdict(answer).orElseThrow().problem()).contains(Problem.API_REJECTS_TOKEN);
        assertThat(desk.google.answersLeft()).as("two requests").isEqualTo(1);
        SecretCanary.ofTestTokens().assertNonePrintedBy(answer, desk.anna());
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H5")
    void aBodyOfUnknownLengthIsSentOnceAndTheTokenIsRefreshedForTheNext(Way way) throws Exception {
        desk.google.expire("anna");
        BodyPublisher stream =
                BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<String> answer = way.send(desk.anna(), desk.post(stream), BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(TokenHttpClient.verdict(answer).orElseThrow().problem()).contains(Problem.BODY_NOT_REPLAYABLE);
        assertThat(desk.google.ledger().apiRequests("anna")).isEqualTo(1);
        assertThat(way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H10")
    void withoutATokenNothingIsSent(Way way) {
        HttpClient nobody = TokenHttpClient.of(desk.plain, desk.tokens.source(TokenKey.of("google", "nobody")));

        TokenIOException refused = JdkDesk.failure(() -> JdkDesk.sent(way, nobody, JdkDesk.get(desk.google.apiUrl())));
        assertThat(refused.reason().problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(desk.google.ledger().entries())
                .noneMatch(entry -> entry.kind().name().equals("API_REQUEST"));
    }

    @Test
    @Fault("H12")
    void anAsynchronousCallBlocksNoThreadOfTheClient() throws Exception {
        desk.google.expire("anna");
        try (Hold held = desk.google.hold()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    desk.anna().sendAsync(JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString());
            held.awaitArrived();

            // the client has one thread, and it is free while a refresh is waited for
            assertThat(desk.plain
                            .sendAsync(JdkDesk.get(desk.mocks.strava().apiUrl()), BodyHandlers.ofString())
                            .get(10, TimeUnit.SECONDS)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(waiting).isNotDone();
            held.release();
            assertThat(waiting.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aCancelledCallEndsAndTheRefreshGoesOn() throws Exception {
        desk.google.expire("anna");
        try (Hold held = desk.google.hold()) {
            CompletableFuture<HttpResponse<String>> waiting =
                    desk.anna().sendAsync(JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString());
            held.awaitArrived();
            assertThat(waiting.cancel(true)).isTrue();
            held.release();
        }
        assertThat(JdkDesk.status(desk.anna(), JdkDesk.get(desk.google.apiUrl())))
                .isEqualTo(200);
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H7")
    void anotherHostGetsNoTokenAndItsRefusalRefreshesNothing(Way way) throws Exception {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(401, "{}"))) {
            URI named = URI.create("http://localhost:" + other.port() + "/");

            HttpResponse<String> answer = way.send(desk.anna(), JdkDesk.get(named), BodyHandlers.ofString());
            assertThat(TokenHttpClient.verdict(answer).orElseThrow().detail())
                    .startsWith("localhost answered 401 to a request without the token of TokenSource[google/anna]");
            assertThat(other.requests().get(0)).doesNotContain("Authorization");
        }
        assertThat(desk.google.ledger().tokenRequests()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H7")
    void aRedirectIsHandedOnAndNotFollowed(Way way) throws Exception {
        try (LoopbackServer other = LoopbackServer.answering(LoopbackServer.json(200, "{}"))) {
            desk.google.onApi(Answer.redirect(307, other.uri("/elsewhere")));

            assertThat(way.send(desk.anna(), JdkDesk.get(desk.google.apiUrl()), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(307);
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aClientThatFollowsRedirectsIsRefused() {
        HttpClient following =
                HttpClient.newBuilder().followRedirects(Redirect.NORMAL).build();
        TokenSource source = desk.tokens.source(ANNA);

        assertThatThrownBy(() -> TokenHttpClient.of(following, source))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("followRedirects(Redirect.NEVER)");
    }

    @ParameterizedTest
    @EnumSource
    @Fault("H9")
    void aCallersOwnAuthorizationIsLeftAlone(Way way) throws Exception {
        HttpRequest own = HttpRequest.newBuilder(desk.google.apiUrl())
                .header("Authorization", "Bearer mine")
                .build();

        assertThat(way.send(desk.anna(), own, BodyHandlers.ofString()).statusCode())
                .isEqualTo(401);
        assertThat(desk.google.ledger().tokenRequests()).isZero();
    }

    @Test
    void theRestIsTheWrappedClients() {
        HttpClient wrapped = desk.anna();

        assertThat(wrapped.executor()).isEqualTo(desk.plain.executor());
        assertThat(wrapped.version()).isEqualTo(desk.plain.version());
        assertThat(wrapped.followRedirects()).isEqualTo(Redirect.NEVER);
        assertThat(wrapped.cookieHandler()).isEqualTo(desk.plain.cookieHandler());
        assertThat(wrapped.proxy()).isEqualTo(desk.plain.proxy());
        assertThat(wrapped.authenticator()).isEqualTo(desk.plain.authenticator());
        assertThat(wrapped.connectTimeout()).isEqualTo(desk.plain.connectTimeout());
        assertThat(wrapped.sslContext()).isEqualTo(desk.plain.sslContext());
        assertThat(wrapped.sslParameters()).isNotNull();
        assertThat(wrapped).hasToString("TokenHttpClient[TokenSource[google/anna]]");
    }
}
