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

/** What the application hands over and what goes wrong in it: executors, listeners, functions, policies. */
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
    void anExecutorThatRefusesIsAnOverloadAndTheNextCallStartsAnew() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        Executor moody = task -> {
            if (full.get()) {
                throw new RejectedExecutionException("full");
            }
            threads.execute(task);
        };
        Tokens tokens = providers.open(builder().executor(moody));
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
    void anExecutorThatRunsTheWorkOnTheCallersThreadIsFine() {
        Tokens tokens = providers.open(builder().executor(Runnable::run));
        providers.connectExpired(tokens, ANNA);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    // ---- listeners

    @Test
    @Fault("B15")
    void aListenerThatBlocksOrThrowsDelaysNoTokenAndNoOtherListener() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(2);
        TokenListener blocking = listener(event -> {
            blocked.countDown();
            awaitQuietly(letGo);
        });
        TokenListener throwing = listener(event -> {
            throw new AssertionError("this listener has a defect");
        });
        TokenListener good = new TokenListener() {
            @Override
            public void refreshed(TokenEvent.Refreshed event) {
                told.countDown();
            }
        };
        Tokens tokens =
                providers.open(builder().listener(blocking).listener(throwing).listener(good));
        providers.connectExpired(tokens, ANNA);
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

        AccessToken second = tokens.accessToken(ANNA);
        AccessToken third = tokens.replace(ANNA, second);

        assertThat(third.generation()).isEqualTo(3);
        assertThat(told.await(10, TimeUnit.SECONDS))
                .as("the good listener heard both")
                .isTrue();
        assertThat(tokens.status(ANNA).generation()).as("saved").isEqualTo(3);
        letGo.countDown();
    }

    private interface Hearing {
        void hear(TokenEvent event);
    }

    private static TokenListener listener(Hearing hearing) {
        return new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                hearing.hear(event);
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
    void aReconnectUrlFunctionThatThrowsCostsTheAddressNotTheProblem() {
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
        TokenException dead = failure(() -> tokens.accessToken(ANNA));
        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead.reconnectUrl()).isEmpty();
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
                policy("returns nothing", BadCallbacksTest::nothing),
                policy(
                        "refreshes before the beginning",
                        facts -> new Schedule(facts.issuedAt().minus(Duration.ofHours(1)), facts.expiresAt())),
                policy(
                        "refreshes after the end",
                        facts -> new Schedule(
                                facts.expiresAt().plus(Duration.ofHours(1)),
                                facts.expiresAt().plus(Duration.ofHours(2)))));
    }

    private static Arguments policy(String name, RefreshPolicy policy) {
        return Arguments.of(name, policy);
    }

    @SuppressWarnings("NullAway") // what a policy must not do
    private static Schedule nothing(RefreshPolicy.Facts facts) {
        return null;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenPolicies")
    void aBrokenPolicyNeverCostsARotatedToken(String name, RefreshPolicy policy) {
        Tokens tokens = providers.open(builder().refreshPolicy(policy));
        providers.connectExpired(tokens, ANNA);
        providers.connectExpired(tokens, BEN);

        AccessToken anna = tokens.accessToken(ANNA);
        assertThat(anna.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(BEN).generation()).isEqualTo(2);

        AccountStatus saved = tokens.status(ANNA);
        assertThat(saved.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA)).as("fresh until its end").isEqualTo(anna);
        assertThat(tokens.replace(ANNA, anna).generation()).isEqualTo(3);
        assertThat(providers.providers.rotating().ledger().familiesRevoked()).isEmpty();
    }
}
