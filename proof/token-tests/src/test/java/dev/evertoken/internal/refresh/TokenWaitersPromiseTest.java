package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.Derivation;
import dev.evertoken.spi.provider.DerivationOutcome;
import dev.evertoken.spi.provider.DerivedAccount;
import dev.evertoken.spi.provider.HeldTokens;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Callers that do not block, and accounts that wait for their parents without blocking a thread. */
class TokenWaitersPromiseTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final TaskList tasks = new TaskList();
    private final SingleFlight<TokenKey> flights = engine.flights(tasks);
    private final TaskList timeouts = new TaskList();
    private final TokenWaiters waiters = engine.callers(flights, timeouts);
    private final Cell cell = engine.cell(ALICE);

    // ---- immediate results

    @Test
    void aFreshTokenIsReturnedAtOnce() {
        engine.connect(ALICE);
        AccessToken fresh = engine.run(ALICE);

        assertThat(waiters.soon(cell, TokenRequirement.usable())).isCompletedWithValue(fresh);
        assertThat(tasks.size()).isZero();
    }

    @Test
    void aDueTokenIsReturnedAtOnceAndRefreshedInTheBackground() {
        engine.connect(ALICE);
        AccessToken due = engine.run(ALICE);
        engine.untilDue();

        assertThat(waiters.soon(cell, TokenRequirement.usable())).isCompletedWithValue(due);
        assertThat(tasks.size()).isEqualTo(1);
    }

    @Test
    void aFreshTokenThatDoesNotMeetTheRequirementIsNotReturned() {
        engine.connect(ALICE);
        AccessToken fresh = engine.run(ALICE);
        responses();

        CompletableFuture<AccessToken> other = waiters.soon(cell, TokenRequirement.insteadOf(fresh));

        assertThat(other).isNotDone();
        tasks.runAll();
        assertThat(other.join().generation()).isEqualTo(2);
    }

    @Test
    void aDueTokenIsNotReturnedIfANewOneIsRequired() {
        engine.connect(ALICE);
        engine.run(ALICE);
        engine.untilDue();

        assertThat(waiters.soon(cell, TokenRequirement.anew())).isNotDone();
    }

    // ---- later results

    @Test
    void aPromiseIsCompletedAndItsTimerCancelled() {
        engine.connect(ALICE);
        CompletableFuture<AccessToken> promised = waiters.promise(cell, TokenRequirement.usable());
        assertThat(engine.clock.timers()).isEqualTo(1);

        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(1);
        assertThat(engine.clock.timers()).isZero();
    }

    @Test
    @Fault("L6")
    void aPromiseFailsAfterTheLongestWaitWithoutTheTimerAndWithoutAThreadThatRefreshes() {
        engine.connect(ALICE);
        CompletableFuture<AccessToken> promised = waiters.promise(cell, TokenRequirement.usable());

        engine.clock.advance(EngineFixture.MAX_WAIT.minusMillis(1));
        assertThat(timeouts.size()).isZero();
        engine.clock.advance(Duration.ofMillis(1));
        assertThat(promised)
                .as("no stage of the caller runs on the timer's thread")
                .isNotDone();
        timeouts.runAll();

        assertThat(tasks.size()).as("the refresh itself").isEqualTo(1);
        assertThat(failure(promised))
                .hasMessage(
                        "google/alice: a refresh has been queued for a thread since 2026-03-01T12:00:00Z and did not end"
                                + " within 30000 ms");
    }

    @Test
    void aPromiseFailsAfterTheLongestWaitEvenIfTheExecutorIsClosed() {
        engine.connect(ALICE);
        CompletableFuture<AccessToken> promised = waiters.promise(cell, TokenRequirement.usable());
        timeouts.close();

        engine.clock.advance(EngineFixture.MAX_WAIT);

        assertThat(failure(promised).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
    }

    @Test
    void everyPromiseFailsWithItsOwnException() {
        CompletableFuture<AccessToken> one = waiters.promise(cell, TokenRequirement.usable());
        CompletableFuture<AccessToken> other = waiters.promise(cell, TokenRequirement.usable());
        tasks.runAll();

        assertThat(failure(one).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(failure(one)).isNotSameAs(failure(other));
    }

    // ---- joining the run of another caller

    @Test
    void aPromiseIsNotCompletedWithATokenThatDoesNotMeetItsRequirement() {
        engine.connect(ALICE);
        AccessToken rejected = engine.run(ALICE);
        waiters.refreshBehind(cell);
        CompletableFuture<AccessToken> promised = waiters.promise(cell, TokenRequirement.insteadOf(rejected));
        responses();

        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(2);
    }

    @Test
    void aPromiseDoesNotFailWithTheRunOfAnotherCaller() {
        waiters.refreshBehind(cell);
        CompletableFuture<AccessToken> promised =
                waiters.promise(cell, TokenRequirement.atLeast(Duration.ofMinutes(1)));

        tasks.runNext();
        assertThat(promised).isNotDone();
        engine.connect(ALICE);
        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(1);
    }

    @Test
    void aPromiseWithoutItsOwnRunFailsAfterThreeRuns() {
        engine.connect(ALICE);
        AccessToken rejected = engine.run(ALICE);
        CompletableFuture<AccessToken> promised = joinedThreeTimes(TokenRequirement.insteadOf(rejected));

        assertThat(failure(promised).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aPromiseFailsWithTheThirdFailureOfAnotherCaller() {
        CompletableFuture<AccessToken> promised = joinedThreeTimes(TokenRequirement.atLeast(Duration.ofMinutes(1)));

        assertThat(failure(promised).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(engine.store.calls(LOAD))
                .as("one load for each of three runs")
                .isEqualTo(3);
    }

    /** Requests a token while another caller always starts the next run first. */
    private CompletableFuture<AccessToken> joinedThreeTimes(TokenRequirement requirement) {
        tasks.execute(() -> startNextRunFirst(2));
        waiters.refreshBehind(cell);
        CompletableFuture<AccessToken> promised = waiters.promise(cell, requirement);
        tasks.runAll();
        return promised;
    }

    /** Joins the run in progress last, and is therefore notified first of its end. */
    private void startNextRunFirst(int more) {
        var unused = flights.join(ALICE, TokenRequirement.usable(), engine.time.now(), tell -> {
                    throw new AssertionError("a run is already in progress");
                })
                .result()
                .whenComplete((token, failure) -> {
                    if (more > 0) {
                        tasks.execute(() -> startNextRunFirst(more - 1));
                        waiters.refreshBehind(cell);
                    }
                });
    }

    // ---- parents

    @Test
    void aPageWaitsForTheTokenOfItsParentWithoutBlockingAThread() {
        pageOfAnExpiredParent(engine.accessTokenOnly());
        responses();
        CompletableFuture<AccessToken> promised = waiters.promise(engine.cell(PAGE), TokenRequirement.usable());

        tasks.runNext();
        assertThat(flights.isRunning(PAGE)).isTrue();
        assertThat(flights.isRunning(ALICE)).isTrue();
        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aFailureOfTheParentFailsThePage() {
        pageOfAnExpiredParent(engine.accessTokenOnly());
        engine.provider.responses(EngineFixture.unreachable());
        CompletableFuture<AccessToken> promised = waiters.promise(engine.cell(PAGE), TokenRequirement.usable());

        tasks.runAll();

        assertThat(failure(promised)).hasMessage("google/page: its parent google/alice: connection refused");
        assertThat(failure(promised).parent()).contains(ALICE);
    }

    @Test
    void aParentWhoseCycleCannotStartFailsThePage() {
        pageOfAnExpiredParent(engine.accessTokenOnly());
        CompletableFuture<AccessToken> promised = waiters.promise(engine.cell(PAGE), TokenRequirement.usable());
        engine.peers.beforeALoad(() -> engine.parts.closing().complete(null));

        tasks.runAll();

        assertThat(failure(promised))
                .hasMessage("google/page: its parent google/alice: unexpected java.lang.IllegalStateException");
    }

    private void pageOfAnExpiredParent(TokenResponse derived) {
        engine.provider.derivation = new OnePage(derived);
        engine.connect(ALICE);
        engine.connectChild(PAGE, ALICE);
        engine.untilEnded();
    }

    private void responses() {
        engine.provider.calls(request -> {
            assertThat(request.permit().maySend()).isTrue();
            return new TokenOutcome.Issued(engine.accessTokenOnly());
        });
    }

    private static TokenException failure(CompletableFuture<AccessToken> promised) {
        assertThat(promised).isCompletedExceptionally();
        Throwable thrown = catchThrowable(promised::get);
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (TokenException) thrown.getCause();
    }

    /** Derives one page. Immutable. */
    private record OnePage(TokenResponse response) implements Derivation {
        @Override
        public DerivationOutcome<List<DerivedAccount>> list(HeldTokens parent) {
            throw new AssertionError("the accounts are not listed here");
        }

        @Override
        public DerivationOutcome<TokenResponse> derive(HeldTokens parent, String id) {
            return new DerivationOutcome.Found<>(response);
        }
    }
}
