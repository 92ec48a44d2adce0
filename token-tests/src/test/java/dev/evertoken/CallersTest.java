package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.TokenCache.Cell;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Callers that wait: each with a deadline and an exception of its own. */
class CallersTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final TaskList tasks = new TaskList();
    private final Callers callers = bench.callers(bench.flights(tasks), tasks);
    private final Cell cell = bench.cell(ALICE);

    @Test
    void aCallerGetsWhatTheRunBrings() {
        ended();
        bench.providerAnswers();
        bench.time.meanwhile(tasks::runAll);

        assertThat(callers.waitFor(cell, Ask.usable()).generation()).isEqualTo(2);
    }

    @Test
    void aCallerWaitsNoLongerThanItWantsToAndTheRunGoesOn() {
        ended();
        bench.providerAnswers();

        TokenException overdue = failure(Ask.usable());

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue)
                .hasMessage("google/alice: a refresh is in progress since 2026-03-01T13:00:00Z and did not end within"
                        + " 30000 ms");
        tasks.runAll();
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aCallerThatIsInterruptedStaysInterruptedAndTheRunGoesOn() {
        ended();
        bench.providerAnswers();
        Thread.currentThread().interrupt();

        TokenException stopped = failure(Ask.usable());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(stopped)
                .hasMessage("google/alice: the waiting thread was interrupted; the refresh goes on")
                .hasCauseInstanceOf(InterruptedException.class);
        tasks.runAll();
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void everyCallerGetsAnExceptionOfItsOwn() {
        bench.time.always(tasks::runAll);

        TokenException one = failure(Ask.usable());
        TokenException other = failure(Ask.usable());

        assertThat(one.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(one).isNotSameAs(other).hasCauseInstanceOf(TokenException.class);
        assertThat(one.getStackTrace()[0].getClassName()).contains("TokenException");
    }

    @Test
    void aRegistrationThatNobodyKnowsIsNamed() {
        Cell stranger = bench.cell(TokenKey.of("acme", "alice"));

        TokenException unknown = EngineBench.failureOf(() -> callers.waitFor(stranger, Ask.usable()));

        assertThat(unknown.problem()).isEqualTo(Problem.UNKNOWN_REGISTRATION);
        assertThat(unknown).hasMessage("acme/alice: no client is registered as \"acme\"; there are [google]");
    }

    @Test
    void afterClosingNothingIsStarted() {
        bench.workshop.closing().complete(null);

        assertThatThrownBy(() -> callers.waitFor(cell, Ask.usable()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed");
        callers.refreshBehind(cell);
        assertThat(tasks.size()).isZero();
    }

    @Test
    void anAccountIsLookedAfterBehindTheCallerOnce() {
        ended();
        bench.providerAnswers();

        callers.refreshBehind(cell);
        callers.refreshBehind(cell);

        assertThat(tasks.size()).isEqualTo(1);
        tasks.runAll();
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        callers.refreshBehind(cell);
        assertThat(tasks.size()).isEqualTo(1);
    }

    // ---- joining what somebody else has started

    @Test
    void aRunThatSomebodyElseStartedIsGoodEnoughIfItsTokenIs() {
        bench.connect(ALICE);
        callers.refreshBehind(cell);
        bench.time.meanwhile(tasks::runAll);

        assertThat(callers.waitFor(cell, Ask.atLeast(Duration.ofMinutes(20))).generation())
                .isEqualTo(1);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void whoAsksForANewTokenIsNotContentWithWhatSomebodyElseWasGiven() {
        bench.connect(ALICE);
        bench.clock.advance(Duration.ofMinutes(1));
        callers.refreshBehind(cell);
        bench.providerAnswers();
        bench.time.always(tasks::runAll);

        assertThat(callers.waitFor(cell, Ask.anew()).generation()).isEqualTo(2);
    }

    @Test
    void whoCannotUseTheTokenIsNotContentWithIt() {
        bench.connect(ALICE);
        AccessToken rejected = bench.run(ALICE);
        callers.refreshBehind(cell);
        bench.providerAnswers();
        bench.time.always(tasks::runAll);

        assertThat(callers.waitFor(cell, Ask.insteadOf(rejected)).generation()).isEqualTo(2);
    }

    @Test
    void aFailureOfWhatSomebodyElseStartedIsNotTheCallers() {
        callers.refreshBehind(cell);
        bench.time.meanwhile(() -> {
            tasks.runAll();
            bench.connect(ALICE);
        });
        bench.time.meanwhile(tasks::runAll);

        assertThat(callers.waitFor(cell, Ask.atLeast(Duration.ofMinutes(1))).generation())
                .isEqualTo(1);
    }

    @Test
    void whoNeverGetsARunOfItsOwnGivesUpAfterThree() {
        bench.connect(ALICE);
        AccessToken rejected = bench.run(ALICE);
        somebodyElseIsAlwaysFirst();

        TokenException given = failure(Ask.insteadOf(rejected));

        assertThat(given.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(given)
                .hasMessage("google/alice: a refresh is in progress since 2026-03-01T12:00:02Z and did not end within"
                        + " 3000 ms");
    }

    @Test
    void theThirdFailureOfSomebodyElseIsTheCallers() {
        somebodyElseIsAlwaysFirst();

        assertThat(failure(Ask.atLeast(Duration.ofMinutes(1))).problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(bench.time.now()).isEqualTo(SampleRecords.NOW.plusSeconds(3));
    }

    @Test
    void theTimeThatOtherRunsTookIsTheCallersOwn() {
        somebodyElseIsAlwaysFirst();
        bench.time.meanwhile(() -> bench.clock.advance(Duration.ofSeconds(29)));

        assertThat(failure(Ask.atLeast(Duration.ofMinutes(1))).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
    }

    /** Each run takes a second, and before the caller can start one of its own there is another one. */
    private void somebodyElseIsAlwaysFirst() {
        callers.refreshBehind(cell);
        bench.time.always(() -> {
            bench.clock.advance(Duration.ofSeconds(1));
            tasks.runAll();
            callers.refreshBehind(cell);
        });
    }

    private void ended() {
        bench.connect(ALICE);
        bench.untilEnded();
    }

    private TokenException failure(Ask ask) {
        return EngineBench.failureOf(() -> callers.waitFor(cell, ask));
    }
}
