package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Derivation;
import dev.evertoken.spi.DerivationOutcome;
import dev.evertoken.spi.Derived;
import dev.evertoken.spi.HeldTokens;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenAnswer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Callers that do not block, and accounts that wait for their parents without a thread. */
class CallersPromiseTest {

    private static final TokenKey PAGE = TokenKey.of("google", "page");

    private final EngineBench bench = EngineBench.of(RefreshModel.STATIC);
    private final TaskList tasks = new TaskList();
    private final SingleFlight flights = bench.flights(tasks);
    private final Callers callers = bench.callers(flights, tasks);
    private final Cell cell = bench.cell(ALICE);

    // ---- at once

    @Test
    void aFreshTokenIsThereAtOnce() {
        bench.connect(ALICE);
        AccessToken fresh = bench.run(ALICE);

        assertThat(callers.soon(cell, Ask.usable())).isCompletedWithValue(fresh);
        assertThat(tasks.size()).isZero();
    }

    @Test
    void aDueTokenIsThereAtOnceAndRefreshedBehind() {
        bench.connect(ALICE);
        AccessToken due = bench.run(ALICE);
        bench.untilDue();

        assertThat(callers.soon(cell, Ask.usable())).isCompletedWithValue(due);
        assertThat(tasks.size()).isEqualTo(1);
    }

    @Test
    void aTokenThatDoesNotDoIsNotGivenHoweverFreshItIs() {
        bench.connect(ALICE);
        AccessToken fresh = bench.run(ALICE);
        answers();

        CompletableFuture<AccessToken> other = callers.soon(cell, Ask.insteadOf(fresh));

        assertThat(other).isNotDone();
        tasks.runAll();
        assertThat(other.join().generation()).isEqualTo(2);
    }

    @Test
    void aDueTokenIsNoAnswerForWhoWantsANewOne() {
        bench.connect(ALICE);
        bench.run(ALICE);
        bench.untilDue();

        assertThat(callers.soon(cell, Ask.anew())).isNotDone();
    }

    // ---- later

    @Test
    void aPromiseIsKeptAndItsTimerGone() {
        bench.connect(ALICE);
        CompletableFuture<AccessToken> promised = callers.promise(cell, Ask.usable());
        assertThat(bench.clock.timers()).isEqualTo(1);

        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(1);
        assertThat(bench.clock.timers()).isZero();
    }

    @Test
    void aPromiseEndsAfterTheLongestWaitAndTheTimersThreadIsNotTheCallers() {
        bench.connect(ALICE);
        CompletableFuture<AccessToken> promised = callers.promise(cell, Ask.usable());

        bench.clock.advance(EngineBench.MAX_WAIT.minusMillis(1));
        assertThat(tasks.size()).isEqualTo(1);
        bench.clock.advance(Duration.ofMillis(1));
        assertThat(promised).as("whoever waits wakes on an engine thread").isNotDone();
        assertThat(tasks.size()).isEqualTo(2);
        tasks.runLast();

        assertThat(failure(promised))
                .hasMessage("google/alice: a refresh is in progress since 2026-03-01T12:00:00Z and did not end within"
                        + " 30000 ms");
    }

    @Test
    void aPromiseEndsEvenIfTheExecutorIsClosed() {
        bench.connect(ALICE);
        CompletableFuture<AccessToken> promised = callers.promise(cell, Ask.usable());
        tasks.close();

        bench.clock.advance(EngineBench.MAX_WAIT);

        assertThat(failure(promised).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
    }

    @Test
    void aPromiseFailsWithAnExceptionOfItsOwn() {
        CompletableFuture<AccessToken> one = callers.promise(cell, Ask.usable());
        CompletableFuture<AccessToken> other = callers.promise(cell, Ask.usable());
        tasks.runAll();

        assertThat(failure(one).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(failure(one)).isNotSameAs(failure(other));
    }

    // ---- joining what somebody else has started

    @Test
    void aPromiseIsNotKeptWithATokenThatDoesNotDo() {
        bench.connect(ALICE);
        AccessToken rejected = bench.run(ALICE);
        callers.refreshBehind(cell);
        CompletableFuture<AccessToken> promised = callers.promise(cell, Ask.insteadOf(rejected));
        answers();

        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(2);
    }

    @Test
    void aPromiseIsNotBrokenByTheFailureOfWhatSomebodyElseStarted() {
        callers.refreshBehind(cell);
        CompletableFuture<AccessToken> promised = callers.promise(cell, Ask.atLeast(Duration.ofMinutes(1)));

        tasks.runNext();
        assertThat(promised).isNotDone();
        bench.connect(ALICE);
        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(1);
    }

    @Test
    void aPromiseThatNeverGetsARunOfItsOwnIsGivenUpAfterThree() {
        bench.connect(ALICE);
        AccessToken rejected = bench.run(ALICE);
        CompletableFuture<AccessToken> promised = joinedThreeTimes(Ask.insteadOf(rejected));

        assertThat(failure(promised).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void theThirdFailureOfSomebodyElseBreaksThePromise() {
        CompletableFuture<AccessToken> promised = joinedThreeTimes(Ask.atLeast(Duration.ofMinutes(1)));

        assertThat(failure(promised).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(bench.store.calls(LOAD))
                .as("one look for each of three runs")
                .isEqualTo(3);
    }

    /** Promises while somebody else is always first: their next run starts before ours can. */
    private CompletableFuture<AccessToken> joinedThreeTimes(Ask ask) {
        tasks.execute(() -> somebodyElseGoesOn(2));
        callers.refreshBehind(cell);
        CompletableFuture<AccessToken> promised = callers.promise(cell, ask);
        tasks.runAll();
        return promised;
    }

    /** Comes last to the run under way, and so is the first to hear of its end. */
    private void somebodyElseGoesOn(int more) {
        var unused = flights.join(ALICE, Ask.usable(), bench.time.now(), tell -> {
                    throw new AssertionError("there is a run under way");
                })
                .result()
                .whenComplete((token, failure) -> {
                    if (more > 0) {
                        tasks.execute(() -> somebodyElseGoesOn(more - 1));
                        callers.refreshBehind(cell);
                    }
                });
    }

    // ---- parents

    @Test
    void aPageWaitsForItsParentsTokenWithoutAThread() {
        pageOfAnEndedParent(bench.accessTokenOnly());
        answers();
        CompletableFuture<AccessToken> promised = callers.promise(bench.cell(PAGE), Ask.usable());

        tasks.runNext();
        assertThat(flights.isFlying(PAGE)).isTrue();
        assertThat(flights.isFlying(ALICE)).isTrue();
        tasks.runAll();

        assertThat(promised.join().generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aParentsTroubleIsThePages() {
        pageOfAnEndedParent(bench.accessTokenOnly());
        bench.provider.answers(EngineBench.unreachable());
        CompletableFuture<AccessToken> promised = callers.promise(bench.cell(PAGE), Ask.usable());

        tasks.runAll();

        assertThat(failure(promised)).hasMessage("google/page: its parent google/alice: connection refused");
        assertThat(failure(promised).parent()).contains(ALICE);
    }

    @Test
    void aParentThatCannotEvenBeAskedIsThePagesTrouble() {
        pageOfAnEndedParent(bench.accessTokenOnly());
        CompletableFuture<AccessToken> promised = callers.promise(bench.cell(PAGE), Ask.usable());
        bench.shelf.beforeALoad(() -> bench.workshop.closing().complete(null));

        tasks.runAll();

        assertThat(failure(promised))
                .hasMessage("google/page: its parent google/alice: unexpected java.lang.IllegalStateException");
    }

    private void pageOfAnEndedParent(TokenAnswer derived) {
        bench.provider.derivation = new OnePage(derived);
        bench.connect(ALICE);
        bench.connectChild(PAGE, ALICE);
        bench.untilEnded();
    }

    private void answers() {
        bench.provider.calls(request -> {
            assertThat(request.permit().maySend()).isTrue();
            return new RefreshOutcome.Answered(bench.accessTokenOnly());
        });
    }

    private static TokenException failure(CompletableFuture<AccessToken> promised) {
        assertThat(promised).isCompletedExceptionally();
        Throwable thrown = catchThrowable(promised::get);
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return (TokenException) thrown.getCause();
    }

    /** Derives one page. Immutable. */
    private record OnePage(TokenAnswer answer) implements Derivation {
        @Override
        public DerivationOutcome<List<Derived>> list(HeldTokens parent) {
            throw new AssertionError("nobody asks for a list here");
        }

        @Override
        public DerivationOutcome<TokenAnswer> derive(HeldTokens parent, String id) {
            return new DerivationOutcome.Answered<>(answer);
        }
    }
}
