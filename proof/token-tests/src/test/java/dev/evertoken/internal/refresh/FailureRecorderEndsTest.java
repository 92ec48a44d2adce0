package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.FailureRecorder.Left;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenVerdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the end of a grant leaves behind, and what new tokens tell. */
class FailureRecorderEndsTest {

    private static final TokenVerdict DEAD =
            TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "answered 400 invalid_grant");
    private static final String ANOTHER_HOLDER =
            ": another holder of it, such as another application or a copy of the" + " store, may have used it";

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final FailureRecorder failureRecorder = engine.parts.failureRecorder();
    private final RefreshAttempt attempt = engine.attempt(ALICE);

    // ---- dead grants

    @Test
    void aGrantIsMarkedDeadWithTheReason() {
        TokenRecord claimed = claimed(engine);
        engine.clock.advance(Duration.ofDays(1));

        Marked marked = failureRecorder.mark(attempt, claimed, DEAD);

        assertThat(marked).isEqualTo(new Marked.Dead(engine.record(ALICE)));
        assertThat(engine.record(ALICE).health().problem()).contains(Problem.GRANT_DEAD);
        assertThat(engine.record(ALICE).failures().detail()).isEqualTo("answered 400 invalid_grant");
        assertThat(engine.client.health().isOpen()).isTrue();
    }

    @Test
    void aRefreshTokenThatDiesYoungMayHaveBeenSpentBySomebodyElse() {
        TokenRecord claimed = claimed(engine);
        engine.clock.advance(Duration.ofDays(1).minusMillis(1));

        failureRecorder.mark(attempt, claimed, DEAD);

        assertThat(engine.record(ALICE).failures().detail())
                .isEqualTo("answered 400 invalid_grant; the refresh token was 1439 minutes old" + ANOTHER_HOLDER);
    }

    @Test
    void aClockThatRunsBehindMakesNoTokenYoungerThanNothing() {
        TokenRecord claimed = claimed(engine);
        engine.clock.jumpWall(Duration.ofHours(-2));

        failureRecorder.mark(attempt, claimed, DEAD);

        assertThat(engine.record(ALICE).failures().detail())
                .isEqualTo("answered 400 invalid_grant; the refresh token was 0 minutes old" + ANOTHER_HOLDER);
    }

    @Test
    void aTokenThatDoesNotRotateIsNotSuspectedOfHavingBeenSpent() {
        EngineFixture calm = EngineFixture.of(RefreshModel.STATIC);
        TokenRecord claimed = claimed(calm);

        calm.parts.failureRecorder().mark(calm.attempt(ALICE), claimed, DEAD);

        assertThat(calm.record(ALICE).failures().detail()).isEqualTo("answered 400 invalid_grant");
    }

    @Test
    void aGrantThatDiesAfterALostResponseDiedOfIt() {
        TokenRecord uncertain = engine.change(claimed(engine).next().uncertain(1));

        failureRecorder.mark(attempt, uncertain, DEAD);

        assertThat(engine.record(ALICE).health().problem()).contains(Problem.REFRESH_TOKEN_LOST);
        Left left = failureRecorder.afterMarking(attempt, new Marked.Dead(engine.record(ALICE)), uncertain, DEAD);
        assertThat(left.problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
    }

    @Test
    void aMarkThatTheStoreDoesNotTakeAtFirstIsTriedAgain() {
        TokenRecord claimed = claimed(engine);
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        assertThat(failureRecorder.mark(attempt, claimed, DEAD)).isInstanceOf(Marked.Dead.class);
    }

    @Test
    void aMarkThatTheStoreNeverTakesIsToldAndNothingIsCalledForHalfAMinute() {
        TokenRecord claimed = claimed(engine);
        engine.clock.advance(Duration.ofDays(2));
        engine.store.next(COMPARE_AND_SET).times(3).failBefore();

        TokenException dead = EngineFixture.failureOf(() -> failureRecorder.mark(attempt, claimed, DEAD));

        assertThat(dead).hasMessage("google/alice: answered 400 invalid_grant");
        assertThat(dead.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(dead).hasCauseInstanceOf(TokenException.class);
        assertThat(failureRecorder.hold(attempt, claimed, engine.time.now()))
                .contains(new RefreshDecision.Hold(
                        Problem.GRANT_DEAD,
                        "answered 400 invalid_grant",
                        engine.time.now().plusSeconds(30)));
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(engine.store.faultsLeft()).isZero();
    }

    @Test
    void theEndOfAGrantIsToldAndItsTokenForgotten() {
        TokenRecord claimed = claimed(engine);
        engine.parts.publisher().publish(engine.cell(ALICE), claimed);
        engine.clock.advance(Duration.ofMinutes(3));

        Left left = failureRecorder.afterMarking(attempt, new Marked.Dead(claimed), claimed, DEAD);

        String detail = "answered 400 invalid_grant; the refresh token was 3 minutes old" + ANOTHER_HOLDER;
        assertThat(left).isEqualTo(new Left(Problem.GRANT_DEAD, detail, Optional.empty(), false, false));
        assertThat(engine.events)
                .containsExactly(
                        new TokenEvent.ReauthorizationRequired(ALICE, engine.time.now(), Problem.GRANT_DEAD, detail));
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
    }

    @Test
    void aMarkThatCameTooLateIsNotToldAndWhatIsThereIsLookedAt() {
        TokenRecord claimed = claimed(engine);
        engine.parts.publisher().publish(engine.cell(ALICE), claimed);

        Left left = failureRecorder.afterMarking(attempt, new Marked.Ignored(Optional.empty()), claimed, DEAD);

        assertThat(left.loadAgain()).isTrue();
        assertThat(left.keepsToken()).isFalse();
        assertThat(engine.events).isEmpty();
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNotNull();
    }

    // ---- good answers

    @Test
    void newTokensAreToldWithHowLongTheyTook() {
        TokenRecord before = engine.connect(ALICE);
        attempt.startClaim(engine.time.nanos());
        engine.clock.advance(Duration.ofSeconds(2));
        TokenRecord kept = engine.parts
                .mapper()
                .answered(
                        before, engine.parts.mapper().tokens(before), engine.client.client(), engine.accessTokenOnly())
                .record();

        failureRecorder.succeeded(attempt, before, kept);

        assertThat(engine.events)
                .containsExactly(new TokenEvent.Refreshed(
                        ALICE, engine.time.now(), 2, false, kept.lifetime().expiresAt(), Duration.ofSeconds(2)));
    }

    @Test
    void anotherRefreshTokenIsToldAsARotation() {
        TokenRecord before = engine.connect(ALICE);

        failureRecorder.succeeded(attempt, before, engine.peerSaves(ALICE));

        assertThat(engine.told(TokenEvent.Refreshed.class).rotated()).isTrue();
    }

    @Test
    void aConnectionThatIsHealthyAgainIsToldWithHowLongItWasNot() {
        TokenRecord connected = engine.connect(ALICE);
        TokenRecord stalled = engine.change(connected
                .next()
                .health(connected.health().become(ConnectionState.STALLED, Problem.NETWORK, engine.time.now())));
        engine.clock.advance(Duration.ofMinutes(5));

        failureRecorder.succeeded(attempt, stalled, engine.peerSaves(ALICE));

        assertThat(engine.told(TokenEvent.Recovered.class))
                .isEqualTo(new TokenEvent.Recovered(
                        ALICE, engine.time.now(), ConnectionState.STALLED, Duration.ofMinutes(5)));
    }

    @Test
    void aGrantThatTurnsOutToEndIsTold() {
        TokenRecord before = engine.connect(ALICE);
        Instant end = engine.time.now().plus(Duration.ofDays(30));
        Lifetime times = before.lifetime();
        TokenRecord after = before.next()
                .lifetime(new Lifetime(
                        times.issuedAt(),
                        times.expiresAt(),
                        false,
                        Optional.of(end),
                        times.refreshAt(),
                        Optional.empty()))
                .build(5, engine.time.now());

        failureRecorder.succeeded(attempt, before, after);

        assertThat(engine.told(TokenEvent.ExpiresSoon.class))
                .isEqualTo(new TokenEvent.ExpiresSoon(ALICE, engine.time.now(), end));
    }

    @Test
    void scopesThatAreGoneAreTold() {
        TokenRecord before = engine.connect(ALICE);
        TokenRecord after = before.next().grantedScopes(Set.of("mail")).build(5, engine.time.now());

        failureRecorder.succeeded(attempt, before, after);

        assertThat(engine.told(TokenEvent.ScopeReduced.class))
                .isEqualTo(new TokenEvent.ScopeReduced(ALICE, engine.time.now(), Set.of("calendar")));
    }

    @Test
    void afterNewTokensNothingIsHeldBackAnyMore() {
        TokenRecord claimed = claimed(engine);
        engine.store.next(COMPARE_AND_SET).failBefore();
        failureRecorder.of(attempt, claimed, EngineFixture.unreachable());
        assertThat(failureRecorder.hold(attempt, claimed, engine.time.now())).isPresent();

        failureRecorder.succeeded(attempt, claimed, claimed);

        assertThat(failureRecorder.hold(attempt, claimed, engine.time.now())).isEmpty();
    }

    @Test
    void aResponseWithoutAnAccessTokenIsRememberedAsAFailure() {
        Failures failures = failureRecorder.withoutAccessToken(Failures.none());

        assertThat(failures.problem()).contains(Problem.MALFORMED_RESPONSE);
        assertThat(failures.count()).isEqualTo(1);
        assertThat(failures.nextAttempt().orElseThrow()).isAfter(engine.time.now());
        assertThat(failures.detail()).isEqualTo("the provider responded without a usable access token");
    }

    private static TokenRecord claimed(EngineFixture engine) {
        return engine.change(engine.connect(ALICE).next().claim(FailureRecorderTest.claim(engine)));
    }
}
