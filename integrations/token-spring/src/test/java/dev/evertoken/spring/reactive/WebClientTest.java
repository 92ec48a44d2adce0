package dev.evertoken.spring.reactive;

import static dev.evertoken.spring.SpringFixture.ANNA;
import static dev.evertoken.spring.SpringFixture.REJECTED;
import static dev.evertoken.spring.SpringFixture.XENA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.spring.BodyServer;
import dev.evertoken.spring.SpringFixture;
import dev.evertoken.spring.TokenAttributes;
import dev.evertoken.testing.Ledger;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import dev.evertoken.testing.SlowBody;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** Requests of a WebClient. */
class WebClientTest {

    private final SpringFixture fixture = new SpringFixture();
    private final WebClient web =
            WebClient.builder().filter(TokenExchangeFilter.of(fixture.tokens)).build();

    @AfterEach
    void close() {
        fixture.close();
    }

    private WebClient.RequestHeadersSpec<?> get(TokenKey key) {
        return web.get().uri(fixture.api()).attributes(TokenAttributes.account(key));
    }

    private WebClient.RequestBodySpec post(TokenKey key, URI address) {
        return web.post().uri(address).attributes(TokenAttributes.account(key));
    }

    private static String body(WebClient.RequestHeadersSpec<?> request) {
        return request.retrieve().bodyToMono(String.class).block();
    }

    private static WebClientResponseException rejected(WebClient.RequestHeadersSpec<?> request) {
        return catchThrowableOfType(WebClientResponseException.class, () -> body(request));
    }

    private static Optional<Problem> problem(WebClientResponseException e) {
        return TokenAttributes.verdict(e.getRequest()).flatMap(ResourceVerdict::problem);
    }

    @Test
    void aTokenThatTheApiRejectsEarlyIsRefreshedOnceAndTheRequestSucceeds() {
        fixture.google.expire("anna");

        assertThat(body(get(ANNA))).contains("anna");
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @Test
    void aBodyThatIsAValueIsSentTwiceByteForByte() {
        try (BodyServer api = BodyServer.rejectingTheFirst()) {
            assertThat(body(post(ANNA, api.address())
                            .contentType(MediaType.APPLICATION_JSON)
                            .bodyValue("{\"title\":\"h\u00e9llo\"}")))
                    .isEqualTo("accepted");

            assertThat(api.bodies()).containsExactly("{\"title\":\"h\u00e9llo\"}", "{\"title\":\"h\u00e9llo\"}");
            assertThat(api.headers(HttpHeaders.CONTENT_TYPE)).containsExactly("application/json", "application/json");
            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aStreamIsSentOnceAndTheVerdictSaysThatANewTokenIsAvailable() {
        Flux<DataBuffer> stream = Flux.just("one ", "two")
                .map(text -> DefaultDataBufferFactory.sharedInstance.wrap(text.getBytes(StandardCharsets.UTF_8)));
        try (BodyServer api = BodyServer.rejectingTheFirst()) {
            WebClientResponseException e =
                    rejected(post(ANNA, api.address()).body(BodyInserters.fromDataBuffers(stream)));

            assertThat(e.getStatusCode().value()).isEqualTo(401);
            assertThat(problem(e)).contains(Problem.BODY_NOT_REPLAYABLE);
            assertThat(api.bodies()).containsExactly("one two");
        }
    }

    @Test
    void aMonoThatCanBeReadOnceIsSentTwice() {
        Mono<String> once = Flux.just("only once").publish().autoConnect(1).next();
        try (BodyServer api = BodyServer.rejectingTheFirst()) {
            assertThat(body(post(ANNA, api.address()).body(once, String.class))).isEqualTo("accepted");
            assertThat(api.bodies()).containsExactly("only once", "only once");
        }
    }

    @Test
    void aRejectionOfANewTokenIsReturnedAfterOneRepetitionWithItsBody() {
        fixture.google.onApi(REJECTED, REJECTED, REJECTED);

        WebClientResponseException e = rejected(get(ANNA));

        assertThat(e.getStatusCode().value()).isEqualTo(401);
        assertThat(e.getResponseBodyAsString()).as("the API's own body").contains("\"code\":401");
        assertThat(problem(e)).contains(Problem.API_REJECTS_TOKEN);
        assertThat(fixture.google.responsesLeft()).as("two requests").isEqualTo(1);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(e.getRequest().getHeaders().getFirst(HttpHeaders.AUTHORIZATION))
                .as("the caller's request has no token")
                .isNull();
        SecretCanary.ofTestTokens().assertNonePrintedBy(e, e.getRequest());
    }

    @Test
    void aRequestToAHostThatIsNotAllowedIsNotSent() {
        URI elsewhere = URI.create(fixture.api().toString().replace("127.0.0.1", "localhost"));

        TokenException refused = catchThrowableOfType(
                TokenException.class, () -> body(web.get().uri(elsewhere).attributes(TokenAttributes.account(ANNA))));

        assertThat(refused.problem()).isEqualTo(Problem.HOST_NOT_ALLOWED);
        assertThat(fixture.google.ledger().apiRequests("anna")).isZero();
    }

    @Test
    void anAccountThatIsNotConnectedFailsBeforeARequestIsSent() {
        TokenException refused =
                catchThrowableOfType(TokenException.class, () -> body(get(TokenKey.of("google", "nobody"))));

        assertThat(refused.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(fixture.google.ledger().apiRequests(Ledger.UNKNOWN)).isZero();
    }

    @Test
    void aSignedRequestWithAFormIsAcceptedByTheProvider() {
        String body = body(post(XENA, fixture.x.apiUrl())
                .body(BodyInserters.fromFormData("status", "a & b").with("lang", "d\u00e9")));

        assertThat(body).contains("xena");
    }

    @Test
    void aSignedRequestWithoutABodyIsAcceptedByTheProvider() {
        assertThat(body(web.get().uri(fixture.x.apiUrl()).attributes(TokenAttributes.account(XENA))))
                .contains("xena");
    }

    @Test
    void aRequestWithoutAnAccountIsSentUnchangedUnlessOneIsRequired() {
        try (BodyServer api = BodyServer.accepting()) {
            assertThat(body(web.get().uri(api.address()))).isEqualTo("accepted");
            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).containsExactly("");

            WebClient strict = WebClient.builder()
                    .filter(TokenExchangeFilter.of(fixture.tokens).requireAccount())
                    .build();
            IllegalStateException refused = catchThrowableOfType(
                    IllegalStateException.class, () -> body(strict.get().uri(api.address())));
            assertThat(refused)
                    .hasMessage("the request to 127.0.0.1 has no account: select one with"
                            + " attributes(TokenAttributes.account(key))");
            assertThat(api.bodies()).hasSize(1);
        }
    }

    @Test
    void aRejectionWhoseBodyTricklesIsRepeatedWithANewTokenAtTheDeadline() throws Exception {
        fixture.google.expire("anna");
        try (SlowBody slow = new SlowBody()) {
            fixture.google.onApi(MockResponse.slowBody(slow));
            CompletableFuture<String> answered =
                    get(ANNA).retrieve().bodyToMono(String.class).toFuture();
            slow.awaitStarted();
            slow.allow(3);

            assertThat(fixture.afterTheDeadline(answered)).contains("anna");
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aRejectionThatIsLargerThanTheJudgedPartIsPassedOnWhole() {
        String large = "{\"error\":{\"code\":403},\"text\":\"" + "x".repeat(200_000) + "\"}";
        fixture.google.onApi(MockResponse.json(403, large));

        String body = get(ANNA)
                .exchangeToMono(response -> response.bodyToFlux(DataBuffer.class)
                        .reduce(new StringBuilder(), (all, buffer) -> {
                            all.append(buffer.toString(StandardCharsets.UTF_8));
                            DataBufferUtils.release(buffer);
                            return all;
                        }))
                .map(StringBuilder::toString)
                .block();

        assertThat(body).isEqualTo(large);
    }

    @Test
    void aRedirectToAnotherHostIsFollowedWithoutTheToken() {
        WebClient following = WebClient.builder()
                .clientConnector(
                        new ReactorClientHttpConnector(HttpClient.create().followRedirect(true)))
                .filter(TokenExchangeFilter.of(fixture.tokens))
                .build();
        try (BodyServer api = BodyServer.accepting()) {
            assertThat(body(following.get().uri(api.moved()).attributes(TokenAttributes.account(ANNA))))
                    .isEqualTo("accepted");
            assertThat(api.headers(HttpHeaders.AUTHORIZATION)).containsExactly("");

            assertThat(body(web.get().uri(api.moved()).attributes(TokenAttributes.account(ANNA))))
                    .as("not followed by default")
                    .isNull();
            assertThat(api.bodies()).hasSize(1);
        }
    }

    @Test
    void theAccountCanComeFromTheContextOfTheSubscriber() {
        WebClient contextual = WebClient.builder()
                .filter(TokenExchangeFilter.of(
                        fixture.tokens, request -> Mono.deferContextual(context -> Mono.just(context.get("user")))))
                .build();

        assertThat(contextual
                        .get()
                        .uri(fixture.api())
                        .retrieve()
                        .bodyToMono(String.class)
                        .contextWrite(context -> context.put("user", ANNA))
                        .block())
                .contains("anna");
    }
}
