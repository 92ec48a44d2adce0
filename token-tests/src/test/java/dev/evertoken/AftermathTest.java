package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Aftermath.Left;
import dev.evertoken.Judgement.Hold;
import dev.evertoken.model.Claim;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.RefreshOutcome;
import dev.evertoken.spi.TokenVerdict;
import dev.evertoken.spi.TokenVerdict.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a call without tokens leaves behind: in the record, in this process, and with the listeners. */
class AftermathTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Aftermath aftermath = bench.workshop.aftermath();
    private final Turn turn = bench.turn(ALICE);

    @Test
    void aFailureIsWrittenDownAndTold() {
        TokenRecord claimed = claimed();

        Left left = aftermath.of(turn, claimed, EngineBench.unreachable());

        TokenRecord now = bench.record(ALICE);
        assertThat(now.claim()).isEmpty();
        assertThat(now.failures().count()).isEqualTo(1);
        assertThat(now.failures().problem()).contains(Problem.NETWORK);
        assertThat(now.failures().detail()).isEqualTo("connection refused");
        assertThat(now.uncertain()).isZero();
        assertThat(now.health().state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(now.health().since()).isEqualTo(bench.time.now());
        Optional<Instant> next = now.failures().nextAttempt();
        assertThat(next.orElseThrow()).isAfter(bench.time.now());
        assertThat(left).isEqualTo(new Left(Problem.NETWORK, "connection refused", next, true, false));
        assertThat(bench.events)
                .containsExactly(new TokenEvent.RefreshFailed(
                        ALICE,
                        bench.time.now(),
                        Problem.NETWORK,
                        "connection refused",
                        ConnectionState.DEGRADED,
                        next));
        assertThat(hold(now)).as("the record remembers, not this process").isEmpty();
    }

    @Test
    void afterTheTokensEndAFailureStallsTheConnection() {
        TokenRecord claimed = claimed();
        bench.clock.advanceTo(claimed.lifetime().expiresAt().orElseThrow().minusMillis(1));
        assertThat(stateAfter(claimed, EngineBench.unreachable())).isEqualTo(ConnectionState.DEGRADED);

        bench.clock.advance(Duration.ofMillis(1));
        TokenRecord again = claimAgain();
        assertThat(stateAfter(again, EngineBench.unreachable())).isEqualTo(ConnectionState.STALLED);
    }

    @Test
    void whatMayHaveReachedARotatingProviderMakesTheTokenUncertain() {
        TokenRecord claimed = claimed();
        RefreshOutcome lost =
                new RefreshOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, "timed out"));

        Left left = aftermath.of(turn, claimed, lost);

        assertThat(left.problem()).isEqualTo(Problem.ANSWER_LOST);
        assertThat(bench.record(ALICE).uncertain()).isEqualTo(1);
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(stateAfter(claimAgain(), EngineBench.unreachable()))
                .as("a later failure does not make it certain")
                .isEqualTo(ConnectionState.UNCERTAIN);
        assertThat(bench.record(ALICE).uncertain()).isEqualTo(1);
    }

    @Test
    void whatMayHaveReachedAProviderThatDoesNotRotateIsAnOrdinaryFailure() {
        EngineBench calm = EngineBench.of(RefreshModel.STATIC);
        TokenRecord claimed = calm.change(calm.connect(ALICE).next().claim(claim(calm)));
        Instant told = calm.time.now().plus(Duration.ofMinutes(3));
        RefreshOutcome lost = new RefreshOutcome.MaybeSent(
                TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, "timed out").until(told));

        Left left = calm.workshop.aftermath().of(calm.turn(ALICE), claimed, lost);

        assertThat(left.problem()).isEqualTo(Problem.NETWORK);
        assertThat(left.retryAt().orElseThrow()).isAfterOrEqualTo(told);
        assertThat(calm.record(ALICE).uncertain()).isZero();
        assertThat(calm.record(ALICE).health().state()).isEqualTo(ConnectionState.DEGRADED);
    }

    @Test
    void anAccountThatCannotBeUsedIsSaidToBeThat() {
        RefreshOutcome unusable = EngineBench.refused(Kind.ACCOUNT_UNUSABLE, Problem.ACCOUNT_UNUSABLE, "checkpoint");

        assertThat(stateAfter(claimed(), unusable)).isEqualTo(ConnectionState.ACCOUNT_UNUSABLE);
    }

    // ---- the client's fault

    @Test
    void whatIsTheClientsFaultLeavesTheAccountAsItWas() {
        TokenRecord before = bench.connect(ALICE);
        TokenRecord claimed = bench.change(before.next().claim(claim(bench)));
        RefreshOutcome refused = EngineBench.refused(Kind.RATE_LIMITED, Problem.RATE_LIMITED, "answered 429");

        Left left = aftermath.of(turn, claimed, refused);

        Optional<Instant> until = bench.client.health().shut(bench.time.now()).map(ClientHealth.Shut::until);
        assertThat(until).isPresent();
        assertThat(left).isEqualTo(new Left(Problem.RATE_LIMITED, "answered 429", until, true, false));
        assertThat(bench.record(ALICE).failures()).isEqualTo(before.failures());
        assertThat(bench.record(ALICE).health()).isEqualTo(before.health());
        assertThat(bench.record(ALICE).claim()).isEmpty();
        assertThat(bench.events)
                .containsExactly(new TokenEvent.RefreshFailed(
                        ALICE, bench.time.now(), Problem.RATE_LIMITED, "answered 429", ConnectionState.ACTIVE, until));
        assertThat(hold(claimed)).isEqualTo(until.map(end -> new Hold(Problem.RATE_LIMITED, "answered 429", end)));
    }

    @Test
    void aProbeWhoseAnswerWasLostLetsTheNextAccountProbe() {
        ClientHealth health = bench.client.health();
        health.paused(bench.time.now(), Problem.RATE_LIMITED, "slow down");
        assertThat(health.tryProbe(bench.time.now())).isTrue();
        turn.probes(true);

        aftermath.of(
                turn,
                claimed(),
                new RefreshOutcome.MaybeSent(TokenVerdict.of(Kind.TRANSIENT, Problem.NETWORK, "timed out")));

        assertThat(health.tryProbe(bench.time.now())).isTrue();
    }

    // ---- not yet

    @Test
    void aProviderThatSaysNotYetIsLeftAloneForAnHourUnlessItSaysHowLong() {
        TokenRecord claimed = claimed();
        Left left = aftermath.of(turn, claimed, EngineBench.refused(Kind.NOT_YET, Problem.NOT_YET, "too young"));

        Instant inAnHour = bench.time.now().plus(Duration.ofHours(1));
        assertThat(left).isEqualTo(new Left(Problem.NOT_YET, "too young", Optional.of(inAnHour), true, false));
        assertThat(bench.record(ALICE).lifetime().notBefore()).contains(inAnHour);
        assertThat(bench.record(ALICE).failures().count()).isZero();
        assertThat(bench.events).isEmpty();
    }

    // ---- what this process alone remembers

    @Test
    void whereNothingWasClaimedAFailureIsKnownInThisProcessAlone() {
        TokenRecord unclaimed = bench.connect(ALICE);

        Left left = aftermath.of(turn, unclaimed, EngineBench.unreachable());

        TokenRecord known = bench.workshop.store().load(ALICE).orElseThrow();
        assertThat(bench.record(ALICE)).isEqualTo(unclaimed);
        assertThat(known.revision()).isEqualTo(unclaimed.revision());
        assertThat(known.failures().nextAttempt()).isPresent().isEqualTo(left.retryAt());
        assertThat(known.health().state()).isEqualTo(ConnectionState.DEGRADED);
        assertThat(hold(unclaimed)).isEmpty();
    }

    @Test
    void whereNothingWasClaimedNotYetIsKnownInThisProcessAlone() {
        TokenRecord unclaimed = bench.connect(ALICE);

        aftermath.of(turn, unclaimed, EngineBench.refused(Kind.NOT_YET, Problem.NOT_YET, "too young"));

        TokenRecord known = bench.workshop.store().load(ALICE).orElseThrow();
        assertThat(known.lifetime().notBefore()).contains(bench.time.now().plus(Duration.ofHours(1)));
        assertThat(bench.record(ALICE)).isEqualTo(unclaimed);
    }

    @Test
    void whatTheStoreDoesNotTakeIsRememberedForHalfAMinuteAtLeast() {
        TokenRecord claimed = claimed();
        bench.store.next(COMPARE_AND_SET).failsBefore();

        aftermath.of(turn, claimed, EngineBench.unreachable());

        assertThat(hold(claimed))
                .contains(new Hold(
                        Problem.NETWORK, "connection refused", bench.time.now().plusSeconds(30)));
        bench.clock.advance(Duration.ofSeconds(30).minusMillis(1));
        assertThat(hold(claimed)).isPresent();
        bench.clock.advance(Duration.ofMillis(1));
        assertThat(hold(claimed)).isEmpty();
        bench.clock.jumpWall(Duration.ofSeconds(-1));
        assertThat(hold(claimed)).as("over is over").isEmpty();
    }

    @Test
    void whatTheStoreDoesNotTakeIsRememberedLongerWhereTheProviderSaysSo() {
        TokenRecord claimed = claimed();
        bench.store.next(COMPARE_AND_SET).failsBefore();

        aftermath.of(turn, claimed, EngineBench.refused(Kind.NOT_YET, Problem.NOT_YET, "too young"));

        assertThat(hold(claimed).map(Hold::until)).contains(bench.time.now().plus(Duration.ofHours(1)));
    }

    @Test
    void aMemoryIsOverWithItsGrant() {
        TokenRecord claimed = claimed();
        bench.store.next(COMPARE_AND_SET).failsBefore();
        aftermath.of(turn, claimed, EngineBench.unreachable());
        assertThat(hold(claimed)).isPresent();

        assertThat(hold(Strangers.ofAnotherStage(bench, ALICE))).isEmpty();
        assertThat(hold(claimed)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "STATIC"})
    void anotherUsersTokensAreSetAsideAndTheAccountLeftAloneForADay(RefreshModel model) {
        EngineBench each = EngineBench.of(model);
        TokenRecord claimed = each.change(each.connect(ALICE).next().claim(claim(each)));
        Pending pending =
                new Pending(claimed, "claim-mine", each.journal.reserve(ALICE).write("claim-mine", claimed));

        TokenException failure = each.workshop.aftermath().quarantined(each.turn(ALICE), claimed, pending);

        assertThat(failure).hasMessage("google/alice: the provider answered with the tokens of another user");
        assertThat(failure.problem()).isEqualTo(Problem.IDENTITY_MISMATCH);
        assertThat(failure.retryAt()).contains(each.time.now().plus(Duration.ofDays(1)));
        assertThat(each.record(ALICE).uncertain()).isEqualTo(model == RefreshModel.ROTATING ? 1 : 0);
        assertThat(each.record(ALICE).failures().nextAttempt()).isEqualTo(failure.retryAt());
        assertThat(each.journal.parked).hasSize(1);
    }

    // ---- what is looked at

    private TokenRecord claimed() {
        return bench.change(bench.connect(ALICE).next().claim(claim(bench)));
    }

    private TokenRecord claimAgain() {
        return bench.change(bench.record(ALICE).next().claim(claim(bench)));
    }

    static Claim claim(EngineBench bench) {
        Instant deadline = bench.time.now().plus(EngineBench.CLAIM);
        return new Claim("claim-mine", "me", EngineBench.CLAIM, deadline, Claim.Phase.SENT);
    }

    private ConnectionState stateAfter(TokenRecord claimed, RefreshOutcome outcome) {
        aftermath.of(turn, claimed, outcome);
        return bench.record(ALICE).health().state();
    }

    private Optional<Hold> hold(TokenRecord record) {
        return aftermath.hold(turn, record, bench.time.now());
    }
}
