package dev.evertoken.micrometer;

import static dev.evertoken.micrometer.MeasuredFixture.ANNA;
import static dev.evertoken.micrometer.MeasuredFixture.failure;
import static dev.evertoken.micrometer.MeasuredFixture.until;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.MockResponse;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Refreshes, waiting callers and store calls as timers. */
class TokenMetricsTest {

    private final MeasuredFixture fixture = new MeasuredFixture();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Tokens tokens = fixture.open(fixture.builder().observer(TokenMetrics.to(registry)));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRefreshIsCountedByProviderRegistrationAndOutcome() {
        fixture.connectExpired(tokens);

        tokens.accessToken(ANNA);

        assertThat(count("refreshed", "none")).isOne();
        assertThat(count("evertoken.refresh")).isOne();
        assertThat(timer("evertoken.refresh", "provider", "google", "registration", "google")
                        .count())
                .isOne();
    }

    @Test
    void aTokenFromMemoryIsNoRefresh() {
        fixture.connectExpired(tokens);
        tokens.accessToken(ANNA);
        long calls = count("evertoken.store");

        IntStream.range(0, 100).forEach(i -> tokens.accessToken(ANNA));

        assertThat(count("evertoken.refresh")).isOne();
        assertThat(count("evertoken.wait")).isOne();
        assertThat(count("evertoken.store")).isEqualTo(calls);
    }

    @Test
    void aFailedRefreshIsCountedByItsProblem() {
        fixture.connectExpired(tokens);
        fixture.google.onToken(MockResponse.json(400, "{\"error\":\"invalid_grant\"}"));

        Problem problem = failure(tokens).problem();

        assertThat(count("failed", MeterNames.value(problem))).isOne();
        assertThat(timer("evertoken.wait", "role", "started", "outcome", "failed")
                        .count())
                .isOne();
    }

    @Test
    void aTokenThatIsKeptBecauseOfAProblemIsCountedAsKept() {
        fixture.connect(tokens);
        fixture.clock.advance(Duration.ofMinutes(57));
        fixture.google.onToken(MockResponse.status(503));

        assertThat(tokens.accessToken(ANNA)).isNotNull();

        assertThat(timer("evertoken.refresh", "outcome", "kept").count()).isOne();
        assertThat(timer("evertoken.refresh", "outcome", "kept").getId().getTag("problem"))
                .isNotEqualTo("none");
        assertThat(registry.find("evertoken.wait").timers()).as("nobody waited").isEmpty();
    }

    @Test
    void aTokenThatAnotherProcessHasRefreshedIsCountedAsStored() {
        fixture.connectExpired(tokens);
        tokens.accessToken(ANNA);
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        Tokens second = fixture.open(fixture.builder().observer(TokenMetrics.to(other)));

        second.accessToken(ANNA);

        assertThat(other.get("evertoken.refresh")
                        .tag("outcome", "stored")
                        .timer()
                        .count())
                .isOne();
    }

    @Test
    void theLatencyIsThatOfTheEngineClock() {
        fixture.connectExpired(tokens);
        try (Checkpoint response = fixture.google.holdResponse()) {
            CompletableFuture<AccessToken> token = fixture.async(() -> tokens.accessToken(ANNA));
            response.awaitArrived();
            fixture.clock.advance(Duration.ofSeconds(3));
            response.release();
            token.join();
        }

        assertThat(timer("evertoken.refresh").totalTime(TimeUnit.SECONDS)).isEqualTo(3);
        assertThat(timer("evertoken.wait").totalTime(TimeUnit.SECONDS)).isEqualTo(3);
    }

    @Test
    void aCrowdOnOneAccountIsOneRefreshAndAWaitForEachCaller() {
        fixture.connectExpired(tokens);
        try (Checkpoint response = fixture.google.holdResponse()) {
            CompletableFuture<AccessToken> first = fixture.async(() -> tokens.accessToken(ANNA));
            response.awaitArrived();
            List<CompletableFuture<AccessToken>> crowd = IntStream.range(0, 49)
                    .mapToObj(i -> fixture.async(() -> tokens.accessToken(ANNA)))
                    .toList();
            until(() -> fixture.clock.waits() >= 49);
            response.release();
            crowd.forEach(CompletableFuture::join);
            first.join();
        }

        assertThat(count("evertoken.refresh")).isOne();
        assertThat(timer("evertoken.wait", "role", "started").count()).isOne();
        assertThat(timer("evertoken.wait", "role", "joined", "outcome", "token").count())
                .isEqualTo(49);
    }

    @Test
    void aCallerThatGivesUpIsATimeoutWhileTheRefreshGoesOn() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        Tokens impatient =
                fixture.open(fixture.builder().observer(TokenMetrics.to(other)).maxWait(Duration.ofSeconds(1)));
        fixture.connectExpired(impatient);
        try (Checkpoint response = fixture.google.holdResponse()) {
            CompletableFuture<AccessToken> starter = fixture.async(() -> impatient.accessToken(ANNA));
            response.awaitArrived();
            CompletableFuture<AccessToken> late = fixture.async(() -> impatient.accessToken(ANNA));
            until(() -> fixture.clock.waits() >= 1);
            fixture.clock.advance(Duration.ofSeconds(1));
            assertThat(late).failsWithin(Duration.ofSeconds(20));
            assertThat(other.find("evertoken.refresh").timers())
                    .as("still running")
                    .isEmpty();
            response.release();
            starter.join();
        }

        assertThat(other.get("evertoken.wait")
                        .tags("role", "joined", "outcome", "timeout")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(1);
    }

    @Test
    void storeCallsAreCountedByOperationAndOutcome() {
        fixture.connectExpired(tokens);
        fixture.store.down();
        failure(tokens);
        fixture.store.up();

        assertThat(timer("evertoken.store", "operation", "save", "outcome", "ok")
                        .count())
                .isOne();
        assertThat(timer("evertoken.store", "operation", "load", "outcome", "failed")
                        .count())
                .isPositive();
    }

    @Test
    void tagsOfTheApplicationAreOnEveryMeter() {
        SimpleMeterRegistry other = new SimpleMeterRegistry();
        Tokens tagged =
                fixture.open(fixture.builder().observer(TokenMetrics.to(other).withTags(Tags.of("tenant", "north"))));
        fixture.connectExpired(tagged);
        tagged.accessToken(ANNA);

        assertThat(other.getMeters())
                .extracting(meter -> meter.getId().getTag("tenant"))
                .containsOnly("north");
    }

    private long count(String name) {
        return registry.find(name).timers().stream().mapToLong(Timer::count).sum();
    }

    private long count(String outcome, String problem) {
        return timer("evertoken.refresh", "outcome", outcome, "problem", problem)
                .count();
    }

    private Timer timer(String name, String... tags) {
        return registry.get(name).tags(tags).timer();
    }
}
