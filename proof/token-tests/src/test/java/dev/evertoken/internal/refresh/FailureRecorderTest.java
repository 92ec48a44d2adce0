package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.refresh.FailureRecorder.RecordedFailure;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.provider.TokenVerdict.Kind;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The effects of a call without tokens: in the record, in this process, and on listeners. */
class FailureRecorderTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final FailureRecorder failureRecorder = engine.parts.failureRecorder();
    private final RefreshAttempt attempt = engine.attempt(ALICE);

    @Test
    void aFailureIsWrittenAndPublished() {
        TokenRecord claimed = claimed();

        RecordedFailure left = failureRecorder.of(attempt, claimed, EngineFixture.unreachable());

        TokenRecord now = engine.record(ALICE);
        assertThat(now.claim()).isEmpty();
        assertThat(now.failures().count()).isEqualTo(1);
        assertThat(now.failures().problem()).contains(Problem.NETWORK);
        assertThat(now.failures().detail()).isEqualTo("connection refused");
        assertThat(now.uncertain()).isZero();
        assertThat(now.health().state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(now.health().since()).isEqualTo(engine.time.now());
        Optional<Instant> next = now.failures().nextAttempt();
        assertThat(next.orElseThrow()).isAfter(engine.time.now());
        assertThat(left).isEqualTo(new RecordedFailure(Problem.NETWORK, "connection refused", next, true, false));
        assertThat(engine.events)
                .containsExactly(new TokenEvent.RefreshFailed(
                        ALICE,
                        engine.time.now(),
                        Problem.NETWORK,
                        "connection refused",
                        ConnectionState.DEGRADED,
                        next));
        assertThat(hold(now))
                .as("the failure is kept in the record, not in this process")
                .isEmpty();
    }

    @Test
    void aFailureAfterTheTokenExpiredStallsTheAccount() {
        TokenRecord claimed = claimed();
        engine.clock.advanceTo(claimed.lifetime().expiresAt().orElseThrow().minusMillis(1));
        assertThat(stateAfter(claimed, EngineFixture.unreachable())).isEqualTo(ConnectionState.DEGRADED);

        engine.clock.advance(Duration.ofMillis(1));
        TokenRecord again = claimAgain();
        assertThat(stateAfter(again, EngineFixture.unreachable())).isEqualTo(ConnectionState.STALLED);
    }

    @Test
    void aCallThatMayHaveReachedARotatingProviderMakesTheTokenUncertain() {
        TokenRecord claimed = claimed();
        TokenOutcome lost = new TokenOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, "timed out"));

        RecordedFailure left = failureRecorder.of(attempt, claimed, lost);

        assertThat(left.problem()).isEqualTo(Problem.OUTCOME_UNKNOWN);
        assertThat(engine.record(ALICE).uncertain()).isEqualTo(1);
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(stateAfter(claimAgain(), EngineFixture.unreachable()))
                .as("a later failure does not end the uncertainty")
                .isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(engine.record(ALICE).uncertain()).isEqualTo(1);
    }

    @Test
    void aCallThatMayHaveReachedAProviderWithoutRotationIsAnOrdinaryFailure() {
        EngineFixture nonRotating = EngineFixture.of(RefreshModel.STATIC);
        TokenRecord claimed =
                nonRotating.change(nonRotating.connect(ALICE).next().claim(claim(nonRotating)));
        Instant retryAt = nonRotating.time.now().plus(Duration.ofMinutes(3));
        TokenOutcome lost = new TokenOutcome.MaybeSent(
                TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, "timed out").until(retryAt));

        RecordedFailure left = nonRotating.parts.failureRecorder().of(nonRotating.attempt(ALICE), claimed, lost);

        assertThat(left.problem()).isEqualTo(Problem.NETWORK);
        assertThat(left.retryAt().orElseThrow()).isAfterOrEqualTo(retryAt);
        assertThat(nonRotating.record(ALICE).uncertain()).isZero();
        assertThat(nonRotating.record(ALICE).health().state()).isEqualTo(ConnectionState.DEGRADED);
    }

    @Test
    void anUnusableAccountIsReported() {
        TokenOutcome unusable = EngineFixture.refused(Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE, "checkpoint");

        assertThat(stateAfter(claimed(), unusable)).isEqualTo(ConnectionState.ACCOUNT_UNUSABLE);
    }

    // ---- failures of the client

    @Test
    void aFailureOfTheClientLeavesTheAccountUnchanged() {
        TokenRecord before = engine.connect(ALICE);
        TokenRecord claimed = engine.change(before.next().claim(claim(engine)));
        TokenOutcome refused = EngineFixture.refused(Kind.RATE_LIMITED, Problem.RATE_LIMITED, "answered 429");

        RecordedFailure left = failureRecorder.of(attempt, claimed, refused);

        Optional<Instant> until =
                engine.client.health().suspension(engine.time.now()).map(ClientHealth.Suspension::until);
        assertThat(until).isPresent();
        assertThat(left).isEqualTo(new RecordedFailure(Problem.RATE_LIMITED, "answered 429", until, true, false));
        assertThat(engine.record(ALICE).failures()).isEqualTo(before.failures());
        assertThat(engine.record(ALICE).health()).isEqualTo(before.health());
        assertThat(engine.record(ALICE).claim()).isEmpty();
        assertThat(engine.events)
                .containsExactly(new TokenEvent.RefreshFailed(
                        ALICE, engine.time.now(), Problem.RATE_LIMITED, "answered 429", ConnectionState.ACTIVE, until));
        assertThat(hold(claimed))
                .isEqualTo(until.map(
                        end -> new Hold(Problem.RATE_LIMITED, "answered 429", Optional.of(engine.time.now()), end)));
    }

    @Test
    void aProbeWithALostResponseAllowsTheNextProbe() {
        ClientHealth health = engine.client.health();
        health.paused(engine.time.now(), Problem.RATE_LIMITED, "slow down", engine.time.now());
        assertThat(health.tryProbe(ALICE, engine.time.now())).isTrue();
        attempt.setProbe(true);

        failureRecorder.of(
                attempt,
                claimed(),
                new TokenOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, "timed out")));

        assertThat(health.tryProbe(ALICE, engine.time.now())).isTrue();
    }

    // ---- not yet

    @Test
    void aNotYetWithoutATimeHoldsTheAccountForAnHour() {
        TokenRecord claimed = claimed();
        RecordedFailure left =
                failureRecorder.of(attempt, claimed, EngineFixture.refused(Kind.NOT_YET, Problem.NOT_YET, "too young"));

        Instant inAnHour = engine.time.now().plus(Duration.ofHours(1));
        assertThat(left)
                .isEqualTo(new RecordedFailure(Problem.NOT_YET, "too young", Optional.of(inAnHour), true, false));
        assertThat(engine.record(ALICE).lifetime().notBefore()).contains(inAnHour);
        assertThat(engine.record(ALICE).failures().count()).isZero();
        assertThat(engine.events).isEmpty();
    }

    @Test
    void anInconclusiveCheckIsReportedWithItsProblemAndChangesNoState() {
        TokenRecord claimed = claimed();
        RecordedFailure left = failureRecorder.of(
                attempt, claimed, EngineFixture.refused(Kind.NOT_YET, Problem.RATE_LIMITED, "too many checks"));

        assertThat(left.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(left.keepsToken()).isTrue();
        assertThat(engine.record(ALICE).health()).isEqualTo(claimed.health());
        assertThat(engine.record(ALICE).failures().count()).isZero();
        assertThat(engine.client.health().isOpen()).isTrue();
    }

    // ---- failures that only this process knows

    @Test
    void aFailureWithoutAClaimIsKnownOnlyInThisProcess() {
        TokenRecord unclaimed = engine.connect(ALICE);

        RecordedFailure left = failureRecorder.of(attempt, unclaimed, EngineFixture.unreachable());

        TokenRecord known = engine.parts.store().load(ALICE).orElseThrow();
        assertThat(engine.record(ALICE)).isEqualTo(unclaimed);
        assertThat(known.revision()).isEqualTo(unclaimed.revision());
        assertThat(known.failures().nextAttempt()).isPresent().isEqualTo(left.retryAt());
        assertThat(known.health().state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(hold(unclaimed)).isEmpty();
    }

    @Test
    void aNotYetWithoutAClaimIsKnownOnlyInThisProcess() {
        TokenRecord unclaimed = engine.connect(ALICE);

        failureRecorder.of(attempt, unclaimed, EngineFixture.refused(Kind.NOT_YET, Problem.NOT_YET, "too young"));

        TokenRecord known = engine.parts.store().load(ALICE).orElseThrow();
        assertThat(known.lifetime().notBefore()).contains(engine.time.now().plus(Duration.ofHours(1)));
        assertThat(engine.record(ALICE)).isEqualTo(unclaimed);
    }

    @Test
    void aFailureThatTheStoreRejectsIsRememberedForAtLeastHalfAMinute() {
        TokenRecord claimed = claimed();
        engine.store.next(COMPARE_AND_SET).failBefore();

        failureRecorder.of(attempt, claimed, EngineFixture.unreachable());

        assertThat(hold(claimed))
                .contains(new Hold(
                        Problem.NETWORK,
                        "connection refused",
                        Optional.of(engine.time.now()),
                        engine.time.now().plusSeconds(30)));
        engine.clock.advance(Duration.ofSeconds(30).minusMillis(1));
        assertThat(hold(claimed)).isPresent();
        engine.clock.advance(Duration.ofMillis(1));
        assertThat(hold(claimed)).isEmpty();
        engine.clock.jumpWall(Duration.ofSeconds(-1));
        assertThat(hold(claimed))
                .as("an ended hold stays ended after the clock was set back")
                .isEmpty();
    }

    @Test
    void aFailureThatTheStoreRejectsIsRememberedUntilTheRetryTimeOfTheProvider() {
        TokenRecord claimed = claimed();
        engine.store.next(COMPARE_AND_SET).failBefore();

        failureRecorder.of(attempt, claimed, EngineFixture.refused(Kind.NOT_YET, Problem.NOT_YET, "too young"));

        assertThat(hold(claimed).map(Hold::until)).contains(engine.time.now().plus(Duration.ofHours(1)));
    }

    @Test
    void aRememberedFailureEndsWithItsGrant() {
        TokenRecord claimed = claimed();
        engine.store.next(COMPARE_AND_SET).failBefore();
        failureRecorder.of(attempt, claimed, EngineFixture.unreachable());
        assertThat(hold(claimed)).isPresent();

        assertThat(hold(ForeignRecords.ofAnotherStage(engine, ALICE))).isEmpty();
        assertThat(hold(claimed)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "STATIC"})
    void tokensOfAnotherUserAreParkedAndTheAccountIsHeldForADay(RefreshModel model) {
        EngineFixture each = EngineFixture.of(model);
        TokenRecord claimed = each.change(each.connect(ALICE).next().claim(claim(each)));
        PendingWrite pending = new PendingWrite(
                claimed, "claim-mine", each.journal.reserve(ALICE).write("claim-mine", claimed));

        TokenException failure = each.parts.failureRecorder().quarantined(each.attempt(ALICE), claimed, pending);

        assertThat(failure).hasMessage("google/alice: the provider responded with the tokens of another user");
        assertThat(failure.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(failure.retryAt()).contains(each.time.now().plus(Duration.ofDays(1)));
        assertThat(each.record(ALICE).uncertain()).isEqualTo(model == RefreshModel.ROTATING ? 1 : 0);
        assertThat(each.record(ALICE).failures().nextAttempt()).isEqualTo(failure.retryAt());
        assertThat(each.journal.parked).hasSize(1);
    }

    // ---- helpers

    private TokenRecord claimed() {
        return engine.change(engine.connect(ALICE).next().claim(claim(engine)));
    }

    private TokenRecord claimAgain() {
        return engine.change(engine.record(ALICE).next().claim(claim(engine)));
    }

    static Claim claim(EngineFixture engine) {
        Instant deadline = engine.time.now().plus(EngineFixture.CLAIM);
        return new Claim("claim-mine", "me", EngineFixture.CLAIM, deadline, Claim.Phase.SENT);
    }

    private ConnectionState stateAfter(TokenRecord claimed, TokenOutcome outcome) {
        failureRecorder.of(attempt, claimed, outcome);
        return engine.record(ALICE).health().state();
    }

    private Optional<Hold> hold(TokenRecord record) {
        return failureRecorder.hold(attempt, record, engine.time.now());
    }
}
