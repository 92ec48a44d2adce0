package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.House.ANNA;
import static dev.evertoken.protocol.House.failure;
import static dev.evertoken.protocol.House.get;
import static dev.evertoken.protocol.House.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.Hold;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.StoreOperation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many callers, one account, one process. */
class ManyThreadsTest {

    private final ManualClock clock = ManualClock.start();
    private final House house = new House(
            clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), new InMemoryTokenStore(clock));

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    @Fault("A1")
    void aThousandThreadsThatWantOneEndedTokenMakeOneRequest() throws InterruptedException {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        int threads = 1000;
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<AccessToken>> calls = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            calls.add(house.async(() -> {
                ready.countDown();
                assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
                return tokens.accessToken(ANNA);
            }));
        }
        assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
        go.countDown();
        AccessToken first = get(calls.get(0));
        assertThat(first.generation()).isEqualTo(2);
        assertThat(calls).allSatisfy(call -> assertThat(get(call)).isEqualTo(first));
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A3")
    void whoComesLateWithTheOldTokenGetsTheNewOneWithoutARequest() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        AccessToken old = tokens.accessToken(ANNA);
        AccessToken renewed = tokens.replace(ANNA, old);
        assertThat(renewed.generation()).isEqualTo(2);
        assertThat(tokens.replace(ANNA, old)).isEqualTo(renewed);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("F6")
    void aProcessWhoseCachedTokenWasRejectedAdoptsWhatAnotherOneHasBrought() {
        Tokens first = house.process();
        Tokens second = house.process();
        first.connect(ANNA, house.server.consent("anna"));
        AccessToken old = second.accessToken(ANNA);
        AccessToken renewed = first.replace(ANNA, first.accessToken(ANNA));
        assertThat(second.accessToken(ANNA)).as("stale, and not known to be").isEqualTo(old);
        assertThat(second.replace(ANNA, old)).isEqualTo(renewed);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    void whoJoinsARunThatOnlyLooksIntoTheStoreIsNotHandedTheEndedTokenThatItFinds() {
        FaultyStore seen = FaultyStore.over(house.store);
        Tokens tokens = house.processOver(seen, TokensBuilder::withoutJournal);
        tokens.connect(ANNA, house.server.consent("anna"));
        TokenSource source = tokens.source(ANNA);
        AccessToken old = source.accessToken();
        clock.advance(LIFETIME.plusSeconds(1));
        Hold load = seen.next(StoreOperation.LOAD).isHeldBefore();
        CompletableFuture<Optional<AccessToken>> look = house.async(() -> source.newest(old));
        load.awaitArrived();
        CompletableFuture<AccessToken> joined = tokens.accessTokenAsync(ANNA);
        load.release();
        assertThat(get(joined).generation()).isEqualTo(2);
        assertThat(get(look)).isNotEqualTo(Optional.of(old));
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A4")
    void aCallerThatIsInterruptedLeavesTheRefreshAlone() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        AtomicReference<Thread> leader = new AtomicReference<>();
        CompletableFuture<TokenException> interrupted = house.async(() -> {
            leader.set(Thread.currentThread());
            TokenException failure = failure(tokens);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the flag is kept")
                    .isTrue();
            return failure;
        });
        gate.awaitArrival();
        CompletableFuture<AccessToken> other = house.async(() -> tokens.accessToken(ANNA));
        clock.awaitWaitingThreads(2);
        leader.get().interrupt();
        assertThat(get(interrupted)).hasMessageContaining("interrupted");
        CompletableFuture<AccessToken> cancelled = tokens.accessTokenAsync(ANNA);
        assertThat(cancelled.cancel(true)).isTrue();
        gate.open();
        assertThat(get(other).generation()).isEqualTo(2);
        assertThat(house.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A5")
    void aCallerWhoseTimeIsOverIsToldSinceWhenARefreshIsUnderWay() {
        Tokens tokens = house.process(builder -> builder.withoutJournal().maxWait(Duration.ofSeconds(3)));
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> call = house.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        String began = clock.now().toString();
        clock.awaitWaitingThreads(1);
        clock.advance(Duration.ofSeconds(3));
        TokenException overdue = failure(() -> get(call));
        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue).hasMessageContaining(began).hasMessageContaining("3000 ms");
        gate.open();
        until(() -> house.record(ANNA).generation() == 2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A6")
    void aRefresherThatThrowsAnErrorFreesTheSlotAndTheNextCallerGoesOnAfterTheClaim() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> {
            throw new StackOverflowError("planned by a test");
        });
        assertThat(failure(tokens).problem()).isEqualTo(Problem.INTERNAL);
        CompletableFuture<AccessToken> next = house.async(() -> tokens.accessToken(ANNA));
        assertThat(house.drive(next, 2).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A6")
    void anExecutorThatCannotStartAThreadFreesTheSlot() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Tokens tokens = house.process(builder -> builder.withoutJournal().executor(task -> {
            if (broken.getAndSet(false)) {
                throw new IllegalThreadStateException("planned by a test");
            }
            task.run();
        }));
        house.connectExpired(tokens);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("D22")
    void aRefresherThatThrowsLosesNothingAndMarksNobodyDead() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        house.server.next((request, honest) -> {
            throw new NullPointerException("planned by a test");
        });
        TokenException internal = failure(tokens);
        assertThat(internal.problem()).isEqualTo(Problem.INTERNAL);
        assertThat(house.record(ANNA).generation()).isEqualTo(1);
        clock.advanceTo(internal.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A16")
    void aRefresherThatAsksForTheTokenItIsToBringIsToldInsteadOfWaitingForItself() {
        AtomicReference<Tokens> tokens = new AtomicReference<>();
        house.server.next((request, honest) -> {
            assertThatThrownBy(() -> tokens.get().accessToken(ANNA))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("acme/anna")
                    .hasMessageContaining("refresher");
            return honest.get();
        });
        tokens.set(house.process());
        house.connectExpired(tokens.get());
        assertThat(tokens.get().accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A16")
    void aListenerMayAskForTheTokenOfTheAccountThatItIsToldAbout() {
        CompletableFuture<AccessToken> served = new CompletableFuture<>();
        AtomicReference<Tokens> tokens = new AtomicReference<>();
        TokenListener asking = new TokenListener() {
            @Override
            public void refreshed(TokenEvent.Refreshed event) {
                served.complete(tokens.get().accessToken(event.key()));
            }
        };
        tokens.set(house.process(builder -> builder.withoutJournal().listener(asking)));
        house.connectExpired(tokens.get());
        tokens.get().accessToken(ANNA);
        assertThat(get(served).generation()).isEqualTo(2);
    }

    @Test
    @Fault("B15")
    void aListenerThatBlocksOrThrowsDelaysNobody() {
        Gate gate = new Gate();
        TokenListener blocking = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                gate.pass();
                throw new IllegalStateException("planned by a test");
            }
        };
        Tokens tokens = house.process(builder -> builder.withoutJournal().listener(blocking));
        house.connectExpired(tokens);
        gate.awaitArrival();
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(house.record(ANNA).generation()).isEqualTo(2);
        gate.open();
    }

    @Test
    @Fault("A19")
    void anAsynchronousCallerIsNotBlockedWhileTheProviderTakesItsTime() throws Exception {
        Tokens tokens = house.process(TokensBuilder::withoutJournal);
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> promise = tokens.accessTokenAsync(ANNA);
        gate.awaitArrival();
        assertThat(promise).isNotDone();
        gate.open();
        assertThat(promise.get(20, TimeUnit.SECONDS).generation()).isEqualTo(2);
    }

    @Test
    void anAsynchronousCallerHasADeadlineToo() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> promise = tokens.accessTokenAsync(ANNA);
        gate.awaitArrival();
        clock.advance(Duration.ofMinutes(10));
        assertThatThrownBy(() -> promise.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        TokenException.class,
                        overdue -> assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT));
        gate.open();
    }

    @Test
    void everyWaiterGetsAnExceptionOfItsOwn() {
        Tokens tokens = house.process();
        house.connectExpired(tokens);
        Gate gate = new Gate();
        house.server.next((request, honest) -> {
            gate.pass();
            return new RefreshOutcome.NotSent(Problem.NETWORK, "connection refused");
        });
        CompletableFuture<TokenException> one = house.async(() -> failure(tokens));
        CompletableFuture<TokenException> two = house.async(() -> failure(tokens));
        gate.awaitArrival();
        clock.awaitWaitingThreads(2);
        gate.open();
        assertThat(get(one)).isNotSameAs(get(two));
        assertThat(get(one).problem()).isEqualTo(get(two).problem()).isEqualTo(Problem.NETWORK);
    }

    @Test
    @Fault("G10")
    void forcedRefreshesInALoopAreOneRequest() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(Duration.ofSeconds(10));
        for (int i = 0; i < 5; i++) {
            assertThat(tokens.refresh(ANNA, "operator asked").generation()).isEqualTo(2);
        }
        assertThat(house.server.requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(10));
        assertThat(tokens.refresh(ANNA, "operator asked again").generation()).isEqualTo(3);
    }

    @Test
    @Fault("E8")
    void aCallerThatNeedsTheTokenForLongerGetsOneThatLasts() {
        Tokens tokens = house.process();
        tokens.connect(ANNA, house.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(20));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        AccessToken lasting = tokens.accessToken(ANNA, Duration.ofMinutes(30));
        assertThat(lasting.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA, Duration.ofHours(5)))
                .as("as good as it gets")
                .isEqualTo(lasting);
        assertThat(house.server.requests()).isEqualTo(1);
    }
}
