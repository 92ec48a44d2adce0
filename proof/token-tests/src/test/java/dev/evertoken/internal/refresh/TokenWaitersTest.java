package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Callers that wait, each with its own deadline and exception. */
class TokenWaitersTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final TaskList tasks = new TaskList();
    private final TokenWaiters waiters = engine.callers(engine.flights(tasks), tasks);
    private final Cell cell = engine.cell(ALICE);

    @Test
    void aCallerGetsTheTokenOfTheRun() {
        expire();
        engine.providerResponses();
        engine.time.meanwhile(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.usable()).generation())
                .isEqualTo(2);
    }

    @Test
    void aCallerWaitsNoLongerThanItsDeadlineAndTheRunContinues() {
        expire();
        engine.providerResponses();

        TokenException overdue = failure(TokenRequirement.usable());

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue)
                .hasMessage(
                        "google/alice: a refresh has been queued for a thread since 2026-03-01T13:00:00Z and did not end"
                                + " within 30000 ms");
        tasks.runAll();
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void anInterruptedCallerStaysInterruptedAndTheRunContinues() {
        expire();
        engine.providerResponses();
        Thread.currentThread().interrupt();

        TokenException stopped = failure(TokenRequirement.usable());

        assertThat(Thread.interrupted()).isTrue();
        assertThat(stopped.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(stopped)
                .hasMessage("google/alice: the waiting thread was interrupted; the refresh continues")
                .hasCauseInstanceOf(InterruptedException.class);
        tasks.runAll();
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void everyCallerGetsItsOwnException() {
        engine.time.always(tasks::runAll);

        TokenException one = failure(TokenRequirement.usable());
        TokenException other = failure(TokenRequirement.usable());

        assertThat(one.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(one).isNotSameAs(other).hasCauseInstanceOf(TokenException.class);
        assertThat(one.getStackTrace()[0].getClassName()).contains("TokenException");
    }

    @Test
    void anUnknownRegistrationIsReported() {
        Cell unknownCell = engine.cell(TokenKey.of("acme", "alice"));

        TokenException unknown = EngineFixture.failureOf(() -> waiters.waitFor(unknownCell, TokenRequirement.usable()));

        assertThat(unknown.problem()).isEqualTo(Problem.UNKNOWN_REGISTRATION);
        assertThat(unknown).hasMessage("acme/alice: no client is registered as \"acme\"; there are [google]");
    }

    @Test
    void noRunIsStartedAfterClosing() {
        engine.parts.closing().complete(null);

        assertThatThrownBy(() -> waiters.waitFor(cell, TokenRequirement.usable()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed");
        waiters.refreshBehind(cell);
        assertThat(tasks.size()).isZero();
    }

    @Test
    void anAccountIsRefreshedOnceInTheBackground() {
        expire();
        engine.providerResponses();

        waiters.refreshBehind(cell);
        waiters.refreshBehind(cell);

        assertThat(tasks.size()).isEqualTo(1);
        tasks.runAll();
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        waiters.refreshBehind(cell);
        assertThat(tasks.size()).isEqualTo(1);
    }

    // ---- joining the run of another caller

    @Test
    void theRunOfAnotherCallerIsUsedIfItsTokenMeetsTheRequirement() {
        engine.connect(ALICE);
        waiters.refreshBehind(cell);
        engine.time.meanwhile(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.atLeast(Duration.ofMinutes(20)))
                        .generation())
                .isEqualTo(1);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void anotherRunIsStartedIfANewTokenIsRequired() {
        engine.connect(ALICE);
        engine.clock.advance(Duration.ofMinutes(1));
        waiters.refreshBehind(cell);
        engine.providerResponses();
        engine.time.always(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.anew()).generation()).isEqualTo(2);
    }

    @Test
    void anotherRunIsStartedIfTheTokenDoesNotMeetTheRequirement() {
        engine.connect(ALICE);
        AccessToken rejected = engine.run(ALICE);
        waiters.refreshBehind(cell);
        engine.providerResponses();
        engine.time.always(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.insteadOf(rejected)).generation())
                .isEqualTo(2);
    }

    @Test
    void anotherRunIsStartedAfterAFailureOfAnotherCaller() {
        waiters.refreshBehind(cell);
        engine.time.meanwhile(() -> {
            tasks.runAll();
            engine.connect(ALICE);
        });
        engine.time.meanwhile(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.atLeast(Duration.ofMinutes(1)))
                        .generation())
                .isEqualTo(1);
    }

    @Test
    void aCallerWithoutItsOwnRunFailsAfterThreeRuns() {
        engine.connect(ALICE);
        AccessToken rejected = engine.run(ALICE);
        letAnotherCallerAlwaysStartFirst();

        TokenException timeout = failure(TokenRequirement.insteadOf(rejected));

        assertThat(timeout.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(timeout)
                .hasMessage("google/alice: a refresh has been in progress since 2026-03-01T12:00:03Z and did not end"
                        + " within 3000 ms");
    }

    @Test
    void aCallerFailsWithTheThirdFailureOfAnotherCaller() {
        letAnotherCallerAlwaysStartFirst();

        assertThat(failure(TokenRequirement.atLeast(Duration.ofMinutes(1))).problem())
                .isEqualTo(Problem.NOT_CONNECTED);
        assertThat(engine.time.now()).isEqualTo(SampleRecords.NOW.plusSeconds(3));
    }

    @Test
    void theDurationOfOtherRunsCountsTowardsTheDeadlineOfTheCaller() {
        letAnotherCallerAlwaysStartFirst();
        engine.time.meanwhile(() -> engine.clock.advance(Duration.ofSeconds(29)));

        assertThat(failure(TokenRequirement.atLeast(Duration.ofMinutes(1))).problem())
                .isEqualTo(Problem.WAIT_TIMEOUT);
    }

    /** Makes each run take a second, and starts another one before the caller can start its own. */
    private void letAnotherCallerAlwaysStartFirst() {
        waiters.refreshBehind(cell);
        engine.time.always(() -> {
            engine.clock.advance(Duration.ofSeconds(1));
            tasks.runAll();
            waiters.refreshBehind(cell);
        });
    }

    private void expire() {
        engine.connect(ALICE);
        engine.untilEnded();
    }

    private TokenException failure(TokenRequirement requirement) {
        return EngineFixture.failureOf(() -> waiters.waitFor(cell, requirement));
    }
}
