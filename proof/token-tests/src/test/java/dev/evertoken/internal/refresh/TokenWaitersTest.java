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

/** Callers that wait: each with a deadline and an exception of its own. */
class TokenWaitersTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final TaskList tasks = new TaskList();
    private final TokenWaiters waiters = engine.callers(engine.flights(tasks), tasks);
    private final Cell cell = engine.cell(ALICE);

    @Test
    void aCallerGetsWhatTheRunBrings() {
        ended();
        engine.providerResponses();
        engine.time.meanwhile(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.usable()).generation())
                .isEqualTo(2);
    }

    @Test
    void aCallerWaitsNoLongerThanItWantsToAndTheRunGoesOn() {
        ended();
        engine.providerResponses();

        TokenException overdue = failure(TokenRequirement.usable());

        assertThat(overdue.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(overdue)
                .hasMessage("google/alice: a refresh has been in progress since 2026-03-01T13:00:00Z and did not end"
                        + " within 30000 ms");
        tasks.runAll();
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aCallerThatIsInterruptedStaysInterruptedAndTheRunGoesOn() {
        ended();
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
    void everyCallerGetsAnExceptionOfItsOwn() {
        engine.time.always(tasks::runAll);

        TokenException one = failure(TokenRequirement.usable());
        TokenException other = failure(TokenRequirement.usable());

        assertThat(one.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(one).isNotSameAs(other).hasCauseInstanceOf(TokenException.class);
        assertThat(one.getStackTrace()[0].getClassName()).contains("TokenException");
    }

    @Test
    void aRegistrationThatNobodyKnowsIsNamed() {
        Cell stranger = engine.cell(TokenKey.of("acme", "alice"));

        TokenException unknown = EngineFixture.failureOf(() -> waiters.waitFor(stranger, TokenRequirement.usable()));

        assertThat(unknown.problem()).isEqualTo(Problem.UNKNOWN_REGISTRATION);
        assertThat(unknown).hasMessage("acme/alice: no client is registered as \"acme\"; there are [google]");
    }

    @Test
    void afterClosingNothingIsStarted() {
        engine.parts.closing().complete(null);

        assertThatThrownBy(() -> waiters.waitFor(cell, TokenRequirement.usable()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("this Tokens is closed");
        waiters.refreshBehind(cell);
        assertThat(tasks.size()).isZero();
    }

    @Test
    void anAccountIsLookedAfterBehindTheCallerOnce() {
        ended();
        engine.providerResponses();

        waiters.refreshBehind(cell);
        waiters.refreshBehind(cell);

        assertThat(tasks.size()).isEqualTo(1);
        tasks.runAll();
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        waiters.refreshBehind(cell);
        assertThat(tasks.size()).isEqualTo(1);
    }

    // ---- joining what somebody else has started

    @Test
    void aRunThatSomebodyElseStartedIsGoodEnoughIfItsTokenIs() {
        engine.connect(ALICE);
        waiters.refreshBehind(cell);
        engine.time.meanwhile(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.atLeast(Duration.ofMinutes(20)))
                        .generation())
                .isEqualTo(1);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void whoAsksForANewTokenIsNotContentWithWhatSomebodyElseWasGiven() {
        engine.connect(ALICE);
        engine.clock.advance(Duration.ofMinutes(1));
        waiters.refreshBehind(cell);
        engine.providerResponses();
        engine.time.always(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.anew()).generation()).isEqualTo(2);
    }

    @Test
    void whoCannotUseTheTokenIsNotContentWithIt() {
        engine.connect(ALICE);
        AccessToken rejected = engine.run(ALICE);
        waiters.refreshBehind(cell);
        engine.providerResponses();
        engine.time.always(tasks::runAll);

        assertThat(waiters.waitFor(cell, TokenRequirement.insteadOf(rejected)).generation())
                .isEqualTo(2);
    }

    @Test
    void aFailureOfWhatSomebodyElseStartedIsNotTheCallers() {
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
    void whoNeverGetsARunOfItsOwnGivesUpAfterThree() {
        engine.connect(ALICE);
        AccessToken rejected = engine.run(ALICE);
        somebodyElseIsAlwaysFirst();

        TokenException given = failure(TokenRequirement.insteadOf(rejected));

        assertThat(given.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(given)
                .hasMessage("google/alice: a refresh has been in progress since 2026-03-01T12:00:02Z and did not end"
                        + " within 3000 ms");
    }

    @Test
    void theThirdFailureOfSomebodyElseIsTheCallers() {
        somebodyElseIsAlwaysFirst();

        assertThat(failure(TokenRequirement.atLeast(Duration.ofMinutes(1))).problem())
                .isEqualTo(Problem.NOT_CONNECTED);
        assertThat(engine.time.now()).isEqualTo(SampleRecords.NOW.plusSeconds(3));
    }

    @Test
    void theTimeThatOtherRunsTookIsTheCallersOwn() {
        somebodyElseIsAlwaysFirst();
        engine.time.meanwhile(() -> engine.clock.advance(Duration.ofSeconds(29)));

        assertThat(failure(TokenRequirement.atLeast(Duration.ofMinutes(1))).problem())
                .isEqualTo(Problem.WAIT_TIMEOUT);
    }

    /** Each run takes a second, and before the caller can start one of its own there is another one. */
    private void somebodyElseIsAlwaysFirst() {
        waiters.refreshBehind(cell);
        engine.time.always(() -> {
            engine.clock.advance(Duration.ofSeconds(1));
            tasks.runAll();
            waiters.refreshBehind(cell);
        });
    }

    private void ended() {
        engine.connect(ALICE);
        engine.untilEnded();
    }

    private TokenException failure(TokenRequirement requirement) {
        return EngineFixture.failureOf(() -> waiters.waitFor(cell, requirement));
    }
}
