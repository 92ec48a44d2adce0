package dev.evertoken.protocol;

import static dev.evertoken.protocol.AuthorizationServer.LIFETIME;
import static dev.evertoken.protocol.ProtocolFixture.ANNA;
import static dev.evertoken.protocol.ProtocolFixture.failure;
import static dev.evertoken.protocol.ProtocolFixture.get;
import static dev.evertoken.protocol.ProtocolFixture.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.TokenSource;
import dev.evertoken.Tokens;
import dev.evertoken.TokensBuilder;
import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.protocol.AuthorizationServer.Reuse;
import dev.evertoken.spi.TokenListener;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
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
    private final ProtocolFixture fixture = new ProtocolFixture(
            clock, new AuthorizationServer(RefreshModel.ROTATING, Reuse.STRICT, clock), new InMemoryTokenStore(clock));

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    @Fault("A1")
    void aThousandThreadsThatNeedOneExpiredTokenMakeOneRequest() throws InterruptedException {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        int threads = 1000;
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        List<CompletableFuture<AccessToken>> calls = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            calls.add(fixture.async(() -> {
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
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A3")
    void aLateCallerWithTheOldTokenGetsTheNewOneWithoutARequest() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        AccessToken old = tokens.accessToken(ANNA);
        AccessToken renewed = tokens.replace(ANNA, old);
        assertThat(renewed.generation()).isEqualTo(2);
        assertThat(tokens.replace(ANNA, old)).isEqualTo(renewed);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("F6")
    void aProcessWhoseCachedTokenWasRejectedAdoptsTheTokenOfAnotherProcess() {
        Tokens first = fixture.process();
        Tokens second = fixture.process();
        first.connect(ANNA, fixture.server.consent("anna"));
        AccessToken old = second.accessToken(ANNA);
        AccessToken renewed = first.replace(ANNA, first.accessToken(ANNA));
        assertThat(second.accessToken(ANNA))
                .as("a stale token that is not known to be stale")
                .isEqualTo(old);
        assertThat(second.replace(ANNA, old)).isEqualTo(renewed);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    void aCallerThatJoinsAStoreLookupIsNotGivenTheExpiredTokenThatTheLookupFinds() {
        FaultyStore seen = FaultyStore.over(fixture.store);
        Tokens tokens = fixture.processOver(seen, TokensBuilder::withoutJournal);
        tokens.connect(ANNA, fixture.server.consent("anna"));
        TokenSource source = tokens.source(ANNA);
        AccessToken old = source.accessToken();
        clock.advance(LIFETIME.plusSeconds(1));
        Checkpoint load = seen.next(StoreOperation.LOAD).holdBefore();
        CompletableFuture<Optional<AccessToken>> look =
                fixture.async(() -> source.requestAuthorizer().newest(old));
        load.awaitArrived();
        CompletableFuture<AccessToken> joined = tokens.accessTokenAsync(ANNA);
        load.release();
        assertThat(get(joined).generation()).isEqualTo(2);
        assertThat(get(look)).isNotEqualTo(Optional.of(old));
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A4")
    void anInterruptedCallerDoesNotAffectTheRefresh() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        AtomicReference<Thread> leader = new AtomicReference<>();
        CompletableFuture<TokenException> interrupted = fixture.async(() -> {
            leader.set(Thread.currentThread());
            TokenException failure = failure(tokens);
            assertThat(Thread.currentThread().isInterrupted())
                    .as("the flag is kept")
                    .isTrue();
            return failure;
        });
        gate.awaitArrival();
        CompletableFuture<AccessToken> other = fixture.async(() -> tokens.accessToken(ANNA));
        clock.awaitWaits(2);
        leader.get().interrupt();
        assertThat(get(interrupted)).hasMessageContaining("interrupted");
        CompletableFuture<AccessToken> cancelled = tokens.accessTokenAsync(ANNA);
        assertThat(cancelled.cancel(true)).isTrue();
        gate.open();
        assertThat(get(other).generation()).isEqualTo(2);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }

    @Test
    @Fault("A5")
    void aCallerThatTimesOutGetsTheStartTimeOfTheRunningRefresh() {
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().maxWait(Duration.ofSeconds(3)));
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldAfter(gate));
        CompletableFuture<AccessToken> call = fixture.async(() -> tokens.accessToken(ANNA));
        gate.awaitArrival();
        String began = clock.now().toString();
        clock.awaitWaits(1);
        clock.advance(Duration.ofSeconds(3));
        TokenException overdue = failure(() -> get(call));
        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue).hasMessageContaining(began).hasMessageContaining("3000 ms");
        gate.open();
        until(() -> fixture.record(ANNA).generation() == 2);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A6")
    void aRefresherThatThrowsAnErrorFreesTheSlotAndTheNextCallerContinuesAfterTheClaim() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> {
            throw new StackOverflowError("planned by a test");
        });
        assertThat(failure(tokens).problem()).isEqualTo(Problem.INTERNAL);
        CompletableFuture<AccessToken> next = fixture.async(() -> tokens.accessToken(ANNA));
        assertThat(fixture.drive(next, 2).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A6")
    void anExecutorThatCannotStartAThreadFreesTheSlot() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().executor(task -> {
            if (broken.getAndSet(false)) {
                throw new IllegalThreadStateException("planned by a test");
            }
            task.run();
        }));
        fixture.connectExpired(tokens);
        assertThat(failure(tokens).problem()).isEqualTo(Problem.OVERLOADED);
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("D22")
    void aRefresherThatThrowsLosesNothingAndDoesNotEndTheGrant() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        fixture.server.next((request, honest) -> {
            throw new NullPointerException("planned by a test");
        });
        TokenException internal = failure(tokens);
        assertThat(internal.problem()).isEqualTo(Problem.INTERNAL);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(1);
        clock.advanceTo(internal.retryAt().orElseThrow());
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A16")
    void aRefresherThatRequestsTheTokenBeingRefreshedFailsInsteadOfWaitingForItself() {
        AtomicReference<Tokens> tokens = new AtomicReference<>();
        fixture.server.next((request, honest) -> {
            assertThatThrownBy(() -> tokens.get().accessToken(ANNA))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("acme/anna")
                    .hasMessageContaining("Refresher");
            return honest.get();
        });
        tokens.set(fixture.process());
        fixture.connectExpired(tokens.get());
        assertThat(tokens.get().accessToken(ANNA).generation()).isEqualTo(2);
    }

    @Test
    @Fault("A16")
    void aListenerMayRequestTheTokenOfTheAccountInItsEvent() {
        CompletableFuture<AccessToken> served = new CompletableFuture<>();
        AtomicReference<Tokens> tokens = new AtomicReference<>();
        TokenListener asking = new TokenListener() {
            @Override
            public void refreshed(TokenEvent.Refreshed event) {
                served.complete(tokens.get().accessToken(event.key()));
            }
        };
        tokens.set(fixture.process(builder -> builder.withoutJournal().listener(asking)));
        fixture.connectExpired(tokens.get());
        tokens.get().accessToken(ANNA);
        assertThat(get(served).generation()).isEqualTo(2);
    }

    @Test
    @Fault("B15")
    void aListenerThatBlocksOrThrowsDelaysNoCaller() {
        Gate gate = new Gate();
        TokenListener blocking = new TokenListener() {
            @Override
            public void on(TokenEvent event) {
                gate.pass();
                throw new IllegalStateException("planned by a test");
            }
        };
        Tokens tokens = fixture.process(builder -> builder.withoutJournal().listener(blocking));
        fixture.connectExpired(tokens);
        gate.awaitArrival();
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(2);
        assertThat(fixture.record(ANNA).generation()).isEqualTo(2);
        gate.open();
    }

    @Test
    @Fault("A19")
    void anAsynchronousCallerIsNotBlockedByASlowProvider() throws Exception {
        Tokens tokens = fixture.process(TokensBuilder::withoutJournal);
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> future = tokens.accessTokenAsync(ANNA);
        gate.awaitArrival();
        assertThat(future).isNotDone();
        gate.open();
        assertThat(future.get(20, TimeUnit.SECONDS).generation()).isEqualTo(2);
    }

    @Test
    void anAsynchronousCallerHasADeadlineToo() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next(AuthorizationServer.heldBefore(gate));
        CompletableFuture<AccessToken> future = tokens.accessTokenAsync(ANNA);
        gate.awaitArrival();
        clock.advance(Duration.ofMinutes(10));
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        TokenException.class,
                        overdue -> assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT));
        gate.open();
    }

    @Test
    void everyWaitingCallerGetsItsOwnException() {
        Tokens tokens = fixture.process();
        fixture.connectExpired(tokens);
        Gate gate = new Gate();
        fixture.server.next((request, honest) -> {
            gate.pass();
            return new TokenOutcome.NotSent(Problem.NETWORK, "connection refused");
        });
        CompletableFuture<TokenException> one = fixture.async(() -> failure(tokens));
        CompletableFuture<TokenException> two = fixture.async(() -> failure(tokens));
        gate.awaitArrival();
        clock.awaitWaits(2);
        gate.open();
        assertThat(get(one)).isNotSameAs(get(two));
        assertThat(get(one).problem()).isEqualTo(get(two).problem()).isEqualTo(Problem.NETWORK);
    }

    @Test
    @Fault("G10")
    void forcedRefreshesInALoopMakeOneRequest() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(Duration.ofSeconds(10));
        for (int i = 0; i < 5; i++) {
            assertThat(tokens.refresh(ANNA, "operator asked").generation()).isEqualTo(2);
        }
        assertThat(fixture.server.requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(10));
        assertThat(tokens.refresh(ANNA, "operator asked again").generation()).isEqualTo(3);
    }

    @Test
    @Fault("E8")
    void aCallerThatNeedsALongerLifetimeGetsANewToken() {
        Tokens tokens = fixture.process();
        tokens.connect(ANNA, fixture.server.consent("anna"));
        clock.advance(LIFETIME.minusMinutes(20));
        assertThat(tokens.accessToken(ANNA).generation()).isEqualTo(1);
        AccessToken lasting = tokens.accessToken(ANNA, Duration.ofMinutes(30));
        assertThat(lasting.generation()).isEqualTo(2);
        assertThat(tokens.accessToken(ANNA, Duration.ofHours(5)))
                .as("the longest available lifetime")
                .isEqualTo(lasting);
        assertThat(fixture.server.requests()).isEqualTo(1);
    }
}
