package dev.evertoken;

import static dev.evertoken.ConsentFixture.failure;
import static dev.evertoken.TokenCheckFixture.BETWEEN_REFUSALS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.jdkhttp.TokenHttpClient;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.EndpointKind;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenKey;
import dev.evertoken.providers.LoopbackServer;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that an API rejects and that no refresh can replace: the provider is asked whether they have ended. */
class TokenCheckTest {

    private static final TokenKey FAY = TokenKey.of("facebook", "fay");

    private final TokenCheckFixture fixture = new TokenCheckFixture();
    private final Tokens tokens = fixture.tokens;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<TokenKey, Integer> checksBefore = new HashMap<>();

    @AfterEach
    void close() {
        fixture.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(strings = {"facebook", "instagram", "linkedin"})
    @Fault("O2")
    void aTokenThatTheApiAndTwiceTheProviderRejectIsMarkedAndReported(String provider) throws InterruptedException {
        TokenKey key = TokenKey.of(provider, "mia");
        fixture.app.provider(key).withoutRefreshTokens();
        fixture.app.connect(tokens, key);
        ConnectionState before = tokens.status(key).state();
        int validations = fixture.validations(key);
        fixture.app.later(Duration.ofHours(1));
        fixture.app.provider(key).revoke("mia");

        assertThat(fixture.call(key)).isGreaterThanOrEqualTo(400);
        assertThat(tokens.status(key).state()).isEqualTo(before);
        fixture.app.later(BETWEEN_REFUSALS);

        Instant now = fixture.app.clock.now();
        AccountStatus status = tokens.status(key);
        assertThat(status.state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(status.problem()).hasValue(Problem.GRANT_DEAD);
        assertThat(status.since()).isEqualTo(now);
        assertThat(status.detail()).startsWith("an API rejects the token, and the provider confirms it: ");
        TokenEvent.ReauthorizationRequired event = fixture.app.event(TokenEvent.ReauthorizationRequired.class);
        assertThat(event.key()).isEqualTo(key);
        assertThat(event.at()).isEqualTo(now);
        failure(Problem.GRANT_DEAD, () -> tokens.accessToken(key));
        assertThat(fixture.validations(key)).isEqualTo(validations + 2);
    }

    // ---- when the provider is asked

    @Test
    @Fault("O2")
    void aTokenThatTheProviderAcceptsIsCheckedOnceInAnHourHoweverOftenTheApiRejectsIt() {
        connect(FAY);
        for (int i = 0; i < 5; i++) {
            assertThat(fixture.rejectedCall(FAY)).isEqualTo(400);
            fixture.app.later(Duration.ofMinutes(10));
        }
        assertThat(checks(FAY)).isEqualTo(1);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.record(FAY).marks()).isEmpty();

        fixture.app.later(Duration.ofMinutes(10));
        fixture.rejectedCall(FAY);
        assertThat(checks(FAY)).isEqualTo(2);
    }

    @Test
    void aTokenThatCanBeRefreshedIsNotChecked() {
        TokenKey ben = TokenKey.of("google", "ben");
        fixture.app.connect(tokens, ben);
        fixture.app.provider(ben).revoke("ben");

        assertThat(fixture.call(ben)).isEqualTo(401);
        assertThat(tokens.status(ben).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(fixture.validations(ben)).isZero();
    }

    @Test
    @Fault("O2")
    void aTokenThatTheApplicationItselfReportsAsRejectedIsChecked() {
        TokenKey lin = TokenKey.of("linkedin", "lin");
        fixture.app.provider(lin).withoutRefreshTokens();
        connect(lin);
        fixture.app.provider(lin).revoke("lin");

        failure(Problem.NO_REFRESH_TOKEN, () -> tokens.replace(lin, tokens.accessToken(lin)));
        fixture.app.later(BETWEEN_REFUSALS);

        assertThat(tokens.status(lin).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(checks(lin)).isEqualTo(2);
    }

    @Test
    void aProviderThatGivesNoAnswerMarksNothing() {
        Tokens offline = fixture.process(builder -> builder.executor(Runnable::run)
                .endpoints(
                        "facebook",
                        fixture.app
                                .provider(FAY)
                                .endpoints()
                                .with(EndpointKind.INTROSPECT, URI.create("http://127.0.0.1:1/debug_token"))));
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        for (int i = 0; i < 3; i++) {
            assertThat(fixture.call(TokenCheckFixture.client(offline), FAY)).isEqualTo(400);
            fixture.app.later(BETWEEN_REFUSALS);
        }
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.record(FAY).marks()).isEmpty();
    }

    @Test
    @Fault("O2")
    void theResponseOfTheApiDoesNotWaitForTheCheck() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        String invalid = LoopbackServer.json(200, "{\"data\":{\"is_valid\":false,\"error\":{\"code\":190}}}");
        try (LoopbackServer debugToken = LoopbackServer.playing((server, socket, out) -> {
            asked.countDown();
            answer.await();
            out.write(invalid.getBytes(StandardCharsets.UTF_8));
        })) {
            AtomicReference<CompletableFuture<Void>> last = new AtomicReference<>();
            Tokens threaded = fixture.process(builder -> builder.executor(
                            task -> last.set(CompletableFuture.runAsync(task, threads)))
                    .endpoints(
                            "facebook",
                            fixture.app
                                    .provider(FAY)
                                    .endpoints()
                                    .with(EndpointKind.INTROSPECT, debugToken.uri("/debug"))));
            connect(FAY);
            fixture.app.provider(FAY).revoke("fay");

            assertThat(fixture.call(TokenCheckFixture.client(threaded), FAY)).isEqualTo(400);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(fixture.record(FAY).marks()).isEmpty();
            answer.countDown();
            last.get().get(10, TimeUnit.SECONDS);
            fixture.app.later(BETWEEN_REFUSALS);
            assertThat(fixture.app
                            .event(TokenEvent.ReauthorizationRequired.class)
                            .key())
                    .isEqualTo(FAY);
        }
    }

    @Test
    @Fault("O2")
    void theClientOfJavaNetHttpReportsARejectedTokenToo() throws Exception {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        HttpRequest request =
                HttpRequest.newBuilder(fixture.app.provider(FAY).apiUrl()).build();

        TokenHttpClient client = TokenHttpClient.of(HttpClient.newHttpClient(), tokens.source(FAY));
        assertThat(client.sendAsync(request, BodyHandlers.discarding())
                        .get(10, TimeUnit.SECONDS)
                        .statusCode())
                .isEqualTo(400);
        fixture.app.clock.awaitTimers(1);
        fixture.app.later(BETWEEN_REFUSALS);
        assertThat(fixture.app.event(TokenEvent.ReauthorizationRequired.class).key())
                .isEqualTo(FAY);
    }

    // ---- the two refusals

    @Test
    @Fault("O2")
    void oneRefusalMarksNothingIfTheProviderAcceptsTheTokenFiveMinutesLater() {
        connect(FAY);
        AccessToken token = tokens.accessToken(FAY);
        fixture.app.provider(FAY).revoke("fay");
        fixture.call(FAY);
        assertThat(fixture.record(FAY).marks()).containsKey("token-refused");

        fixture.app.provider(FAY).reinstate("fay");
        fixture.app.later(BETWEEN_REFUSALS);

        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.record(FAY).marks()).isEmpty();
        assertThat(tokens.accessToken(FAY)).isEqualTo(token);
        assertThat(fixture.app.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
    }

    @Test
    @Fault("O2")
    void theFirstRefusalOutlivesItsProcess() {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        Tokens first = fixture.process(builder -> builder.executor(Runnable::run));
        fixture.call(TokenCheckFixture.client(first), FAY);
        first.close();
        fixture.app.later(BETWEEN_REFUSALS.plusMinutes(2));
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);

        fixture.call(FAY);

        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(checks(FAY)).isEqualTo(2);
    }

    @Test
    void twoRefusalsWithinFiveMinutesMarkNothingAndTheSecondProcessChecksAgainInTime() {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        Tokens first = fixture.process(builder -> builder.executor(Runnable::run));
        fixture.call(TokenCheckFixture.client(first), FAY);
        first.close();
        fixture.app.later(Duration.ofMinutes(3));

        fixture.call(FAY);
        assertThat(checks(FAY)).isEqualTo(1);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        fixture.app.later(Duration.ofMinutes(2));

        assertThat(checks(FAY)).isEqualTo(2);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    @Test
    void twoProcessesThatSuspectTheSameTokenCheckItTwiceInAll() {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        Tokens other = fixture.process(builder -> builder.executor(Runnable::run));
        fixture.call(FAY);
        fixture.call(TokenCheckFixture.client(other), FAY);
        fixture.app.later(BETWEEN_REFUSALS);

        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
        assertThat(checks(FAY)).isEqualTo(2);
    }

    @Test
    @Fault("O2")
    void aRefreshOrAReconnectBetweenTheRefusalsEndsTheSuspicion() {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        fixture.call(FAY);
        fixture.app.provider(FAY).reinstate("fay");
        assertThat(tokens.refresh(FAY, "a test").generation()).isEqualTo(2);
        assertThat(fixture.record(FAY).marks()).isEmpty();
        fixture.app.provider(FAY).revoke("fay");
        fixture.app.later(BETWEEN_REFUSALS);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);

        fixture.call(FAY);
        fixture.app.connect(tokens, FAY);
        fixture.app.later(BETWEEN_REFUSALS);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.app.events).noneMatch(TokenEvent.ReauthorizationRequired.class::isInstance);
    }

    @Test
    void aRefreshInAnotherProcessPostponesTheMark() {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        fixture.call(FAY);
        claim(FAY, Duration.ofMinutes(6));
        fixture.app.later(BETWEEN_REFUSALS);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(fixture.record(FAY).claim()).isPresent();

        TokenRecord released = fixture.record(FAY);
        assertThat(fixture.app.store.compareAndSet(
                        FAY, released.revision(), released.next().noClaim().build(4711, fixture.app.clock.now())))
                .isTrue();
        fixture.app.later(Duration.ofMinutes(1));
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    private void claim(TokenKey key, Duration duration) {
        TokenRecord before = fixture.record(key);
        Instant end = fixture.app.clock.now().plus(duration);
        Claim claim = new Claim("c-1", "another process", duration, end, Claim.Phase.CLAIMED);
        assertThat(fixture.app.store.compareAndSet(
                        key, before.revision(), before.next().claim(claim).build(42, fixture.app.clock.now())))
                .isTrue();
    }

    @Test
    void aFailureOfTheStoreDuringACheckLeavesTheTokenInUseUntilTheNextOne() {
        connect(FAY);
        fixture.app.provider(FAY).revoke("fay");
        fixture.call(FAY);
        fixture.app.store.down();
        fixture.app.later(BETWEEN_REFUSALS);
        fixture.app.store.up();
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.ACTIVE);

        fixture.app.later(BETWEEN_REFUSALS);
        fixture.call(FAY);
        assertThat(tokens.status(FAY).state()).isEqualTo(ConnectionState.NEEDS_REAUTH);
    }

    // ---- fixtures

    private void connect(TokenKey key) {
        fixture.app.connect(tokens, key);
        fixture.app.later(Duration.ofHours(1));
        checksBefore.put(key, fixture.validations(key));
    }

    private int checks(TokenKey key) {
        return fixture.validations(key) - checksBefore.getOrDefault(key, 0);
    }
}
