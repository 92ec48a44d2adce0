package dev.evertoken;

import static dev.evertoken.ProvidersFixture.ANNA;
import static dev.evertoken.ProvidersFixture.BEN;
import static dev.evertoken.ProvidersFixture.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.NotConnectedException;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenSet;
import dev.evertoken.spi.RefreshPolicy;
import dev.evertoken.spi.TokenListener;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Executors, listeners, functions and policies of the application that fail. */
class BadCallbacksTest {

    private final ProvidersFixture providers = new ProvidersFixture();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        providers.close();
        threads.shutdownNow();
    }

    private TokensBuilder builder() {
        return providers.builder().store("memory:");
    }

    // ---- executors

    @Test
    void aRejectionByTheExecutorIsReportedAsOverloadAndTheNextCallStartsAgain() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        Executor rejecting = task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            threads.execute(task);
        };
        Tokens tokens = providers.open(builder().executor(rejecting));
        providers.connectExpired(tokens, ANNA);

        TokenException overload = failure(() -> tokens.accessToken(ANNA));

        assertThat(overload.problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(overload.remedy()).isEqualTo(Remedy.RETRY);
        assertThat(overload).hasMessage("acme/anna: the executor rejected the refresh");
        CompletableFuture<AccessToken> async = tokens.accessTokenAsync(ANNA);
        assertThatThrownBy(() -> async.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        TokenException.class, e -> assertThat(e.problem()).isEqualTo(Problem.OVERLOADED));
        full.set(false);
        assertThat(tokens.accessToken(ANNA).generation())
                .as("the slot was freed")
                .isEqualTo(2);
        assertThat(providers.providers.rotating().ledger().tokenRequests()).isEqualTo(1);
    }

    @Test
    void anExecutorMayRunTheWorkOnTheThreadOfTheCaller() {
        Tokens tokens = providers.open(builder().executor(Runnable::run));
        providers.connectExpired(tokens, ANNA);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    // ---- listeners

    @Test
    @Fault("B15")
    void aListenerThatBlocksOrThrowsDelaysNoTokenAndNoOtherListener() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch delivered = new CountDownLatch(2);
        TokenListener blocking = listener(event -> {
            blocked.countDown();
            awaitQuietly(release);
        });
        TokenListener throwing = listener(event -> {
            throw new AssertionError("this listener has a defect");
        });
        TokenListener working = new TokenListener() {
            @Override
            public void refreshed(TokenEvent.Refreshed event) {
                delivered.countDown();
            }
        };
        Tokens tokens =
                providers.open(builder().listener(blocking).listener(throwing).listener(working));
        providers.connectExpired(tokens, ANNA);
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

        AccessToken second = tokens.accessToken(ANNA);
        AccessToken third = tokens.replace(ANNA, second);

        assertThat(third.generation()).isEqualTo(3);
        assertThat(delivered.await(10, TimeUnit.SECONDS))
                .as("the working listener received both events")
                .isTrue();
        assertThat(tokens.status(ANNA).generation()).as("saved").isEqualTo(3);
        release.countDown();
    }

    private interface EventHandler {
        void handle(TokenEvent event);
    }

    private static TokenListener listener(EventHandler handler) {
        return new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                handler.handle(event);
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- functions

    @Test
    void aReconnectUrlFunctionThatThrowsLosesTheAddressButNotTheProblem() {
        Function<TokenKey, @Nullable URI> broken = key -> {
            throw new IllegalStateException("no routes yet");
        };
        Tokens tokens = providers.open(builder().reconnectUrl(broken));

        TokenException absent = failure(() -> tokens.accessToken(ANNA));
        assertThat(absent).isInstanceOf(NotConnectedException.class);
        assertThat(absent.reconnectUrl()).isEmpty();

        TokenSet consent = providers.connectExpired(tokens, ANNA);
        assertThat(consent.refreshToken()).isPresent();
        providers.providers.rotating().revoke("anna");
        TokenException revoked = failure(() -> tokens.accessToken(ANNA));
        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked.reconnectUrl()).isEmpty();
        assertThat(tokens.status(ANNA).reconnectUrl()).isEmpty();
    }

    // ---- policies

    static Stream<Arguments> brokenPolicies() {
        return Stream.of(
                policy("throws", facts -> {
                    throw new IllegalStateException("no opinion");
                }),
                policy("throws an Error", facts -> {
                    throw new StackOverflowError();
                }),
                policy("returns null", BadCallbacksTest::returnNull),
                policy(
                        "refreshes before the token is issued",
                        facts -> new Schedule(facts.issuedAt().minus(Duration.ofHours(1)), facts.expiresAt())),
                policy(
                        "refreshes after the token expires",
                        facts -> new Schedule(
                                facts.expiresAt().plus(Duration.ofHours(1)),
                                facts.expiresAt().plus(Duration.ofHours(2)))));
    }

    private static Arguments policy(String name, RefreshPolicy policy) {
        return Arguments.of(name, policy);
    }

    @SuppressWarnings("NullAway") // violates the contract of a policy
    private static Schedule returnNull(RefreshPolicy.Facts facts) {
        return null;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenPolicies")
    void aBrokenPolicyNeverLosesARotatedToken(String name, RefreshPolicy policy) {
        Tokens tokens = providers.open(builder().refreshPolicy(policy));
        providers.connectExpired(tokens, ANNA);
        providers.connectExpired(tokens, BEN);

        AccessToken anna = tokens.accessToken(ANNA);
        assertThat(anna.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(BEN).generation()).isEqualTo(2);

        AccountStatus saved = tokens.status(ANNA);
        assertThat(saved.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA)).as("valid until it expires").isEqualTo(anna);
        assertThat(tokens.replace(ANNA, anna).generation()).isEqualTo(3);
        assertThat(providers.providers.rotating().ledger().familiesRevoked()).isEmpty();
    }
}
