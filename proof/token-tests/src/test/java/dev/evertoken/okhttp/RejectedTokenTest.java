package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.InterceptorFixture.ANNA;
import static dev.evertoken.okhttp.InterceptorFixture.BERT;
import static dev.evertoken.okhttp.InterceptorFixture.SVEN;
import static dev.evertoken.okhttp.InterceptorFixture.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.provider.ResourceVerdict;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockResponse;
import dev.evertoken.testing.SecretCanary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests whose token an API rejects. */
class RejectedTokenTest {

    private static final MockResponse REJECTED = MockResponse.json(401, "{\"error\":{\"code\":401}}");

    private final InterceptorFixture fixture = new InterceptorFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aTokenThatTheApiRejectsEarlyIsRefreshedOnceAndTheRequestSucceeds() throws IOException {
        fixture.google.expire("anna");

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.body().string()).contains("anna");
            assertThat(response.request().tag(AccessToken.class).generation()).isEqualTo(2);
            assertThat(TokenInterceptor.verdict(response)).isEmpty();
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(fixture.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @Test
    void manyConcurrentRejectionsCauseOneRefresh() throws Exception {
        fixture.google.expire("anna");
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try {
            List<CompletableFuture<Long>> all = IntStream.range(0, 64)
                    .mapToObj(i -> CompletableFuture.supplyAsync(this::generationThatWorked, threads))
                    .toList();
            for (CompletableFuture<Long> one : all) {
                assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(2);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H1")
    void aRequestRejectedWithAnOldTokenIsRepeatedWithTheNewerOneOfAnotherProcessWithoutARefresh() throws IOException {
        assertThat(fixture.status()).isEqualTo(200);
        Tokens other = fixture.process(builder -> builder);
        fixture.google.expire("anna");
        fixture.clock.advance(Duration.ofSeconds(11));
        other.refresh(ANNA, "a test");

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(200);
            assertThat(response.request().tag(AccessToken.class).generation()).isEqualTo(2);
        }
        assertThat(fixture.google.ledger().tokenRequests())
                .as("the refresh by the other process")
                .isEqualTo(1);
    }

    @Test
    @Fault("H1")
    void aRequestThatIsRejectedLateIsRepeatedWithTheTokenThatThisProcessObtainedMeanwhile() throws Exception {
        try (Checkpoint held = new Checkpoint()) {
            fixture.google.onApi(REJECTED.heldBeforeSending(held));
            CompletableFuture<Long> late = CompletableFuture.supplyAsync(this::generationThatWorked);
            held.awaitArrived();
            fixture.clock.advance(Duration.ofSeconds(11));
            fixture.tokens.refresh(ANNA, "a test");
            held.release();

            assertThat(late.get(10, TimeUnit.SECONDS)).isEqualTo(2);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    private long generationThatWorked() {
        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(200);
            return response.request().tag(AccessToken.class).generation();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Fault("H2")
    void aRejectionOfANewTokenIsReturnedAfterOneRepetition() throws IOException {
        fixture.google.onApi(REJECTED, REJECTED, REJECTED);

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(response.body().string()).as("the API's own body").contains("\"code\":401");
            ResourceVerdict verdict = TokenInterceptor.verdict(response).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.API_REJECTS_TOKEN);
            assertThat(verdict.until()).contains(fixture.clock.now().plusSeconds(60));
            assertThat(verdict.detail()).isEqualTo("127.0.0.1 answered 401 to a token that was just issued");
            SecretCanary.ofTestTokens().assertNonePrintedBy(response, response.request(), verdict);
        }
        assertThat(fixture.google.responsesLeft()).as("two requests").isEqualTo(1);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H4")
    void aRefreshThatDidNotHelpStartsACoolDownForThatAccountAndApiOnly() throws IOException {
        URI elsewhere = URI.create(fixture.google.apiUrl().toString().replace("127.0.0.1", "localhost"));
        fixture.google.onApi(REJECTED, REJECTED);
        assertThat(fixture.status()).isEqualTo(401);

        for (int i = 0; i < 10; i++) {
            fixture.google.onApi(REJECTED);
            try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
                assertThat(response.code()).isEqualTo(401);
                assertThat(problem(response)).contains(Problem.API_REJECTS_TOKEN);
            }
        }
        assertThat(fixture.google.responsesLeft()).isZero();
        assertThat(fixture.google.ledger().tokenRequests("anna")).isEqualTo(1);

        fixture.google.expire("bert");
        fixture.get(BERT, fixture.google.apiUrl()).close();
        assertThat(fixture.google.ledger().tokenRequests("bert")).isEqualTo(1);
        fixture.google.expire("anna");
        fixture.get(ANNA, elsewhere).close();
        assertThat(fixture.google.ledger().tokenRequests("anna")).isEqualTo(2);
    }

    @Test
    @Fault("H4")
    void theCoolDownEndsAndIsLongerTheNextTime() throws IOException {
        fixture.google.onApi(REJECTED, REJECTED);
        assertThat(fixture.status()).isEqualTo(401);
        fixture.clock.advance(Duration.ofSeconds(60));

        fixture.google.onApi(REJECTED, REJECTED);
        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(TokenInterceptor.verdict(response).orElseThrow().until())
                    .contains(fixture.clock.now().plusSeconds(120));
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    @Fault("H4")
    void aTokenObtainedByAnotherProcessIsAdoptedDuringACoolDown() throws IOException {
        fixture.google.onApi(REJECTED, REJECTED);
        assertThat(fixture.status()).isEqualTo(401);
        Tokens other = fixture.process(builder -> builder);
        fixture.google.expire("anna");
        fixture.clock.advance(Duration.ofSeconds(11));
        other.refresh(ANNA, "a test");

        assertThat(fixture.status()).isEqualTo(200);
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    @Fault("H3")
    void aMissingScopeCausesNoRefresh() throws IOException {
        fixture.google.onApi(MockResponse.json(403, "{\"error\":{\"code\":403}}")
                .header("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"calendar\""));
        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(403);
            assertThat(problem(response)).contains(Problem.SCOPE_MISSING);
        }
        fixture.strava.onApi(MockResponse.json(
                401,
                "{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"AccessToken\","
                        + "\"field\":\"activity:read_permission\",\"code\":\"missing\"}]}"));
        try (Response response = fixture.get(SVEN, fixture.strava.apiUrl())) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(problem(response)).contains(Problem.SCOPE_MISSING);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isZero();
        assertThat(fixture.strava.ledger().tokenRequests()).isZero();
    }

    @Test
    void aTokenThatTheProviderIssuesAgainIsNotSentTwiceAndStartsACoolDown() throws IOException {
        MockResponse rejected = MockResponse.json(
                401,
                "{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"Athlete\","
                        + "\"field\":\"access_token\",\"code\":\"invalid\"}]}");
        fixture.strava.onApi(rejected);
        try (Response response = fixture.get(SVEN, fixture.strava.apiUrl())) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(response).orElseThrow().detail())
                    .isEqualTo("127.0.0.1 answered 401 to a token that the provider issued again");
        }
        fixture.strava.onApi(rejected);
        fixture.get(SVEN, fixture.strava.apiUrl()).close();
        assertThat(fixture.strava.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aFailedRefreshReturnsTheResponseWithTheReason() throws IOException {
        assertThat(fixture.status()).isEqualTo(200);
        fixture.google.revoke("anna");

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            assertThat(response.code()).isEqualTo(401);
            assertThat(problem(response)).contains(Problem.GRANT_DEAD);
        }
        assertThat(fixture.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aRateLimitIsReturnedWithItsEndTime() throws IOException {
        fixture.google.onApi(MockResponse.json(429, "{}").header("Retry-After", "30"));

        try (Response response = fixture.get(ANNA, fixture.google.apiUrl())) {
            ResourceVerdict verdict = TokenInterceptor.verdict(response).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.RATE_LIMITED);
            assertThat(verdict.until()).contains(fixture.clock.now().plusSeconds(30));
        }
    }

    @Test
    void aRequestReusedFromAnEarlierResponseGetsTheCurrentToken() throws IOException {
        Response first = fixture.get(ANNA, fixture.google.apiUrl());
        first.close();
        fixture.google.expire("anna");

        try (Response response = fixture.send(first.request())) {
            assertThat(response.code()).isEqualTo(200);
        }
    }
}
