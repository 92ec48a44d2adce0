package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Aftermath.Left;
import dev.evertoken.Settlement.Marked;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.TokenVerdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the end of a grant leaves behind, and what new tokens tell. */
class AftermathEndsTest {

    private static final TokenVerdict DEAD =
            TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "answered 400 invalid_grant");
    private static final String ANOTHER_HOLDER =
            ": another holder of it, as another application or a copy of the" + " store, may have used it";

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Aftermath aftermath = bench.workshop.aftermath();
    private final Turn turn = bench.turn(ALICE);

    // ---- dead grants

    @Test
    void aGrantIsMarkedDeadWithTheReason() {
        TokenRecord claimed = claimed(bench);
        bench.clock.advance(Duration.ofDays(1));

        Marked marked = aftermath.mark(turn, claimed, DEAD);

        assertThat(marked).isEqualTo(new Marked.Dead(bench.record(ALICE)));
        assertThat(bench.record(ALICE).health().problem()).contains(Problem.GRANT_DEAD);
        assertThat(bench.record(ALICE).failures().detail()).isEqualTo("answered 400 invalid_grant");
        assertThat(bench.client.health().isOpen()).isTrue();
    }

    @Test
    void aRefreshTokenThatDiesYoungMayHaveBeenSpentBySomebodyElse() {
        TokenRecord claimed = claimed(bench);
        bench.clock.advance(Duration.ofDays(1).minusMillis(1));

        aftermath.mark(turn, claimed, DEAD);

        assertThat(bench.record(ALICE).failures().detail())
                .isEqualTo("answered 400 invalid_grant; the refresh token was 1439 minutes old" + ANOTHER_HOLDER);
    }

    @Test
    void aClockThatRunsBehindMakesNoTokenYoungerThanNothing() {
        TokenRecord claimed = claimed(bench);
        bench.clock.jumpWall(Duration.ofHours(-2));

        aftermath.mark(turn, claimed, DEAD);

        assertThat(bench.record(ALICE).failures().detail())
                .isEqualTo("answered 400 invalid_grant; the refresh token was 0 minutes old" + ANOTHER_HOLDER);
    }

    @Test
    void aTokenThatDoesNotRotateIsNotSuspectedOfHavingBeenSpent() {
        EngineBench calm = EngineBench.of(RefreshModel.STATIC);
        TokenRecord claimed = claimed(calm);

        calm.workshop.aftermath().mark(calm.turn(ALICE), claimed, DEAD);

        assertThat(calm.record(ALICE).failures().detail()).isEqualTo("answered 400 invalid_grant");
    }

    @Test
    void aGrantThatDiesAfterALostAnswerDiedOfIt() {
        TokenRecord uncertain = bench.change(claimed(bench).next().uncertain(1));

        aftermath.mark(turn, uncertain, DEAD);

        assertThat(bench.record(ALICE).health().problem()).contains(Problem.LOST_ANSWER);
        Left left = aftermath.afterMarking(turn, new Marked.Dead(bench.record(ALICE)), uncertain, DEAD);
        assertThat(left.problem()).isEqualTo(Problem.LOST_ANSWER);
    }

    @Test
    void aMarkThatTheStoreDoesNotTakeAtFirstIsTriedAgain() {
        TokenRecord claimed = claimed(bench);
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();

        assertThat(aftermath.mark(turn, claimed, DEAD)).isInstanceOf(Marked.Dead.class);
    }

    @Test
    void aMarkThatTheStoreNeverTakesIsToldAndNothingIsCalledForHalfAMinute() {
        TokenRecord claimed = claimed(bench);
        bench.clock.advance(Duration.ofDays(2));
        bench.store.next(COMPARE_AND_SET).times(3).failsBefore();

        TokenException dead = EngineBench.failureOf(() -> aftermath.mark(turn, claimed, DEAD));

        assertThat(dead).hasMessage("google/alice: answered 400 invalid_grant");
        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead).hasCauseInstanceOf(TokenException.class);
        assertThat(aftermath.hold(turn, claimed, bench.time.now()))
                .contains(new Judgement.Hold(
                        Problem.GRANT_DEAD,
                        "answered 400 invalid_grant",
                        bench.time.now().plusSeconds(30)));
        assertThat(bench.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(bench.store.faultsLeft()).isZero();
    }

    @Test
    void theEndOfAGrantIsToldAndItsTokenForgotten() {
        TokenRecord claimed = claimed(bench);
        bench.workshop.publisher().publish(bench.cell(ALICE), claimed);
        bench.clock.advance(Duration.ofMinutes(3));

        Left left = aftermath.afterMarking(turn, new Marked.Dead(claimed), claimed, DEAD);

        String detail = "answered 400 invalid_grant; the refresh token was 3 minutes old" + ANOTHER_HOLDER;
        assertThat(left).isEqualTo(new Left(Problem.GRANT_DEAD, detail, Optional.empty(), false, false));
        assertThat(bench.events)
                .containsExactly(
                        new TokenEvent.ReauthorizationRequired(ALICE, bench.time.now(), Problem.GRANT_DEAD, detail));
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNull();
    }

    @Test
    void aMarkThatCameTooLateIsNotToldAndWhatIsThereIsLookedAt() {
        TokenRecord claimed = claimed(bench);
        bench.workshop.publisher().publish(bench.cell(ALICE), claimed);

        Left left = aftermath.afterMarking(turn, new Marked.Ignored(Optional.empty()), claimed, DEAD);

        assertThat(left.loadAgain()).isTrue();
        assertThat(left.keepsToken()).isFalse();
        assertThat(bench.events).isEmpty();
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNotNull();
    }

    // ---- good answers

    @Test
    void newTokensAreToldWithHowLongTheyTook() {
        TokenRecord before = bench.connect(ALICE);
        turn.isClaiming(bench.time.nanos());
        bench.clock.advance(Duration.ofSeconds(2));
        TokenRecord kept = bench.workshop.records().answered(before, bench.client.client(), bench.accessTokenOnly());

        aftermath.succeeded(turn, before, kept);

        assertThat(bench.events)
                .containsExactly(new TokenEvent.Refreshed(
                        ALICE, bench.time.now(), 2, false, kept.lifetime().expiresAt(), Duration.ofSeconds(2)));
    }

    @Test
    void anotherRefreshTokenIsToldAsARotation() {
        TokenRecord before = bench.connect(ALICE);

        aftermath.succeeded(turn, before, bench.peerSaves(ALICE));

        assertThat(bench.told(TokenEvent.Refreshed.class).rotated()).isTrue();
    }

    @Test
    void aConnectionThatIsHealthyAgainIsToldWithHowLongItWasNot() {
        TokenRecord connected = bench.connect(ALICE);
        TokenRecord stalled = bench.change(connected
                .next()
                .health(connected.health().become(ConnectionState.STALLED, Problem.NETWORK, bench.time.now())));
        bench.clock.advance(Duration.ofMinutes(5));

        aftermath.succeeded(turn, stalled, bench.peerSaves(ALICE));

        assertThat(bench.told(TokenEvent.Recovered.class))
                .isEqualTo(new TokenEvent.Recovered(
                        ALICE, bench.time.now(), ConnectionState.STALLED, Duration.ofMinutes(5)));
    }

    @Test
    void aGrantThatTurnsOutToEndIsTold() {
        TokenRecord before = bench.connect(ALICE);
        Instant end = bench.time.now().plus(Duration.ofDays(30));
        Lifetime times = before.lifetime();
        TokenRecord after = before.next()
                .lifetime(new Lifetime(
                        times.issuedAt(),
                        times.expiresAt(),
                        false,
                        Optional.of(end),
                        times.refreshAt(),
                        Optional.empty()))
                .build(5, bench.time.now());

        aftermath.succeeded(turn, before, after);

        assertThat(bench.told(TokenEvent.ExpiresSoon.class))
                .isEqualTo(new TokenEvent.ExpiresSoon(ALICE, bench.time.now(), end));
    }

    @Test
    void scopesThatAreGoneAreTold() {
        TokenRecord before = bench.connect(ALICE);
        TokenRecord after = before.next().grantedScopes(Set.of("mail")).build(5, bench.time.now());

        aftermath.succeeded(turn, before, after);

        assertThat(bench.told(TokenEvent.ScopeReduced.class))
                .isEqualTo(new TokenEvent.ScopeReduced(ALICE, bench.time.now(), Set.of("calendar")));
    }

    @Test
    void afterNewTokensNothingIsHeldBackAnyMore() {
        TokenRecord claimed = claimed(bench);
        bench.store.next(COMPARE_AND_SET).failsBefore();
        aftermath.of(turn, claimed, EngineBench.unreachable());
        assertThat(aftermath.hold(turn, claimed, bench.time.now())).isPresent();

        aftermath.succeeded(turn, claimed, claimed);

        assertThat(aftermath.hold(turn, claimed, bench.time.now())).isEmpty();
    }

    @Test
    void anAnswerWithoutAnAccessTokenIsRememberedAsAFailure() {
        Failures failures = aftermath.withoutAccessToken(Failures.none());

        assertThat(failures.problem()).contains(Problem.MALFORMED_ANSWER);
        assertThat(failures.count()).isEqualTo(1);
        assertThat(failures.nextAttempt().orElseThrow()).isAfter(bench.time.now());
        assertThat(failures.detail()).isEqualTo("the provider answered without a usable access token");
    }

    private static TokenRecord claimed(EngineBench bench) {
        return bench.change(bench.connect(ALICE).next().claim(AftermathTest.claim(bench)));
    }
}
