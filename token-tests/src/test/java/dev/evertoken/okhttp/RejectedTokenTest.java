package dev.evertoken.okhttp;

import static dev.evertoken.okhttp.Desk.ANNA;
import static dev.evertoken.okhttp.Desk.BERT;
import static dev.evertoken.okhttp.Desk.SVEN;
import static dev.evertoken.okhttp.Desk.problem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.spi.ResourceVerdict;
import dev.evertoken.testing.Answer;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.Hold;
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

/** What becomes of a request whose token an API rejects. */
class RejectedTokenTest {

    private static final Answer REJECTED = Answer.json(401, "{\"error\":{\"code\":401}}");

    private final Desk desk = new Desk();

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void aTokenThatTheApiEndedEarlyIsRefreshedOnceAndTheRequestGoesThrough() throws IOException {
        desk.google.expire("anna");

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.body().string()).contains("anna");
            assertThat(answer.request().tag(AccessToken.class).generation()).isEqualTo(2);
            assertThat(TokenInterceptor.verdict(answer)).isEmpty();
        }
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
        assertThat(desk.google.ledger().apiRequests("anna")).isEqualTo(2);
    }

    @Test
    void manyRejectionsAtOnceCostOneRefresh() throws Exception {
        desk.google.expire("anna");
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
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H1")
    void aRejectionWithAnOldTokenIsRepeatedWithTheNewerOneOfAnotherProcessWithoutARefresh() throws IOException {
        assertThat(desk.status()).isEqualTo(200);
        Tokens other = desk.process(builder -> builder);
        desk.google.expire("anna");
        desk.clock.advance(Duration.ofSeconds(11));
        other.refresh(ANNA, "a test");

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.request().tag(AccessToken.class).generation()).isEqualTo(2);
        }
        assertThat(desk.google.ledger().tokenRequests()).as("the other one's").isEqualTo(1);
    }

    @Test
    @Fault("H1")
    void aRejectionThatComesLateIsRepeatedWithTheTokenThatThisProcessHasMeanwhile() throws Exception {
        try (Hold held = new Hold()) {
            desk.google.onApi(REJECTED.heldOnTheWayBack(held));
            CompletableFuture<Long> late = CompletableFuture.supplyAsync(this::generationThatWorked);
            held.awaitArrived();
            desk.clock.advance(Duration.ofSeconds(11));
            desk.tokens.refresh(ANNA, "a test");
            held.release();

            assertThat(late.get(10, TimeUnit.SECONDS)).isEqualTo(2);
        }
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    private long generationThatWorked() {
        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(200);
            return answer.request().tag(AccessToken.class).generation();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Fault("H2")
    void aRejectionOfABrandNewTokenIsHandedOnAfterOneRepetition() throws IOException {
        desk.google.onApi(REJECTED, REJECTED, REJECTED);

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(answer.body().string()).as("the API's own body").contains("\"code\":401");
            ResourceVerdict verdict = TokenInterceptor.verdict(answer).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.API_REJECTS_TOKEN);
            assertThat(verdict.until()).contains(desk.clock.now().plusSeconds(60));
            assertThat(verdict.detail()).isEqualTo("127.0.0.1 answered 401 to a token that was just issued");
            SecretCanary.ofTestTokens().assertNonePrintedBy(answer, answer.request(), verdict);
        }
        assertThat(desk.google.answersLeft()).as("two requests").isEqualTo(1);
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    @Fault("H4")
    void aRefreshThatDidNotHelpCoolsDownForThatAccountAndApiAlone() throws IOException {
        URI elsewhere = URI.create(desk.google.apiUrl().toString().replace("127.0.0.1", "localhost"));
        desk.google.onApi(REJECTED, REJECTED);
        assertThat(desk.status()).isEqualTo(401);

        for (int i = 0; i < 10; i++) {
            desk.google.onApi(REJECTED);
            try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
                assertThat(answer.code()).isEqualTo(401);
                assertThat(problem(answer)).contains(Problem.API_REJECTS_TOKEN);
            }
        }
        assertThat(desk.google.answersLeft()).isZero();
        assertThat(desk.google.ledger().tokenRequests("anna")).isEqualTo(1);

        desk.google.expire("bert");
        desk.get(BERT, desk.google.apiUrl()).close();
        assertThat(desk.google.ledger().tokenRequests("bert")).isEqualTo(1);
        desk.google.expire("anna");
        desk.get(ANNA, elsewhere).close();
        assertThat(desk.google.ledger().tokenRequests("anna")).isEqualTo(2);
    }

    @Test
    @Fault("H4")
    void theCoolDownEndsAndIsLongerTheNextTime() throws IOException {
        desk.google.onApi(REJECTED, REJECTED);
        assertThat(desk.status()).isEqualTo(401);
        desk.clock.advance(Duration.ofSeconds(60));

        desk.google.onApi(REJECTED, REJECTED);
        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(TokenInterceptor.verdict(answer).orElseThrow().until())
                    .contains(desk.clock.now().plusSeconds(120));
        }
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    @Fault("H4")
    void aTokenThatAnotherProcessGotIsTakenUpDuringACoolDown() throws IOException {
        desk.google.onApi(REJECTED, REJECTED);
        assertThat(desk.status()).isEqualTo(401);
        Tokens other = desk.process(builder -> builder);
        desk.google.expire("anna");
        desk.clock.advance(Duration.ofSeconds(11));
        other.refresh(ANNA, "a test");

        assertThat(desk.status()).isEqualTo(200);
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(2);
    }

    @Test
    @Fault("H3")
    void aMissingScopeIsNoReasonToRefresh() throws IOException {
        desk.google.onApi(Answer.json(403, "{\"error\":{\"code\":403}}")
                .header("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"calendar\""));
        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(403);
            assertThat(problem(answer)).contains(Problem.SCOPE_MISSING);
        }
        desk.strava.onApi(Answer.json(
                401,
                "{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"AccessToken\","
                        + "\"field\":\"activity:read_permission\",\"code\":\"missing\"}]}"));
        try (Response answer = desk.get(SVEN, desk.strava.apiUrl())) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(problem(answer)).contains(Problem.SCOPE_MISSING);
        }
        assertThat(desk.google.ledger().tokenRequests()).isZero();
        assertThat(desk.strava.ledger().tokenRequests()).isZero();
    }

    @Test
    void aProviderThatHandsTheSameTokenOutAgainCostsNoSecondRequestAndCoolsDown() throws IOException {
        Answer rejected = Answer.json(
                401,
                "{\"message\":\"Authorization Error\",\"errors\":[{\"resource\":\"Athlete\","
                        + "\"field\":\"access_token\",\"code\":\"invalid\"}]}");
        desk.strava.onApi(rejected);
        try (Response answer = desk.get(SVEN, desk.strava.apiUrl())) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(TokenInterceptor.verdict(answer).orElseThrow().detail())
                    .isEqualTo("127.0.0.1 answered 401 to a token that the provider hands out again");
        }
        desk.strava.onApi(rejected);
        desk.get(SVEN, desk.strava.apiUrl()).close();
        assertThat(desk.strava.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void whoeverCannotRefreshHandsTheAnswerOnAndSaysWhy() throws IOException {
        assertThat(desk.status()).isEqualTo(200);
        desk.google.revoke("anna");

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            assertThat(answer.code()).isEqualTo(401);
            assertThat(problem(answer)).contains(Problem.GRANT_DEAD);
        }
        assertThat(desk.google.ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void aRateLimitIsHandedOnWithTheTimeToComeBack() throws IOException {
        desk.google.onApi(Answer.json(429, "{}").header("Retry-After", "30"));

        try (Response answer = desk.get(ANNA, desk.google.apiUrl())) {
            ResourceVerdict verdict = TokenInterceptor.verdict(answer).orElseThrow();
            assertThat(verdict.problem()).contains(Problem.RATE_LIMITED);
            assertThat(verdict.until()).contains(desk.clock.now().plusSeconds(30));
        }
    }

    @Test
    void aRequestTakenFromAnEarlierAnswerGetsTheTokenOfToday() throws IOException {
        Response first = desk.get(ANNA, desk.google.apiUrl());
        first.close();
        desk.google.expire("anna");

        try (Response answer = desk.send(first.request())) {
            assertThat(answer.code()).isEqualTo(200);
        }
    }
}
