package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.FailureRecorder.RecordedFailure;
import dev.evertoken.internal.refresh.Settlement.Marked;
import dev.evertoken.model.ConnectionState;
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

/** The changes and events after the end of a grant, and the events of new tokens. */
class FailureRecorderEndsTest {

    private static final TokenVerdict REVOKED =
            TokenVerdict.of(TokenVerdict.Kind.GRANT_DEAD, Problem.GRANT_DEAD, "answered 400 invalid_grant");
    private static final String ANOTHER_HOLDER =
            ": another holder of it, such as another application or a copy of the" + " store, may have used it";

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final FailureRecorder failureRecorder = engine.parts.failureRecorder();
    private final RefreshAttempt attempt = engine.attempt(ALICE);

    // ---- revoked grants

    @Test
    void aRevokedGrantIsMarkedWithTheReason() {
        TokenRecord claimed = claimed(engine);
        engine.clock.advance(Duration.ofDays(1));

        Marked marked = failureRecorder.mark(attempt, claimed, REVOKED);

        assertThat(marked).isEqualTo(new Marked.Dead(engine.record(ALICE)));
        assertThat(engine.record(ALICE).health().problem()).contains(Problem.GRANT_DEAD);
        assertThat(engine.record(ALICE).failures().detail()).isEqualTo("answered 400 invalid_grant");
        assertThat(engine.client.health().isOpen()).isTrue();
    }

    @Test
    void aRefreshTokenRejectedWithinADayIsReportedAsPossiblyUsedElsewhere() {
        TokenRecord claimed = claimed(engine);
        engine.clock.advance(Duration.ofDays(1).minusMillis(1));

        failureRecorder.mark(attempt, claimed, REVOKED);

        assertThat(engine.record(ALICE).failures().detail())
                .isEqualTo("answered 400 invalid_grant; the refresh token was 1439 minutes old" + ANOTHER_HOLDER);
    }

    @Test
    void theAgeOfARefreshTokenIsNotNegativeAfterAClockWasSetBack() {
        TokenRecord claimed = claimed(engine);
        engine.clock.jumpWall(Duration.ofHours(-2));

        failureRecorder.mark(attempt, claimed, REVOKED);

        assertThat(engine.record(ALICE).failures().detail())
                .isEqualTo("answered 400 invalid_grant; the refresh token was 0 minutes old" + ANOTHER_HOLDER);
    }

    @Test
    void aTokenThatDoesNotRotateIsNotReportedAsPossiblyUsedElsewhere() {
        EngineFixture nonRotating = EngineFixture.of(RefreshModel.STATIC);
        TokenRecord claimed = claimed(nonRotating);

        nonRotating.parts.failureRecorder().mark(nonRotating.attempt(ALICE), claimed, REVOKED);

        assertThat(nonRotating.record(ALICE).failures().detail()).isEqualTo("answered 400 invalid_grant");
    }

    @Test
    void aGrantRejectedAfterALostResponseIsReportedAsRefreshTokenLost() {
        TokenRecord uncertain = engine.change(claimed(engine).next().uncertain(1));

        failureRecorder.mark(attempt, uncertain, REVOKED);

        assertThat(engine.record(ALICE).health().problem()).contains(Problem.REFRESH_TOKEN_LOST);
        RecordedFailure left =
                failureRecorder.afterMarking(attempt, new Marked.Dead(engine.record(ALICE)), uncertain, REVOKED);
        assertThat(left.problem()).isEqualTo(Problem.REFRESH_TOKEN_LOST);
    }

    @Test
    void aMarkThatTheStoreRejectsAtFirstIsRetried() {
        TokenRecord claimed = claimed(engine);
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        assertThat(failureRecorder.mark(attempt, claimed, REVOKED)).isInstanceOf(Marked.Dead.class);
    }

    @Test
    void aMarkThatTheStoreRejectsIsReportedAndHoldsCallsForHalfAMinute() {
        TokenRecord claimed = claimed(engine);
        engine.clock.advance(Duration.ofDays(2));
        engine.store.next(COMPARE_AND_SET).times(3).failBefore();

        TokenException revoked = EngineFixture.failureOf(() -> failureRecorder.mark(attempt, claimed, REVOKED));

        assertThat(revoked).hasMessage("google/alice: answered 400 invalid_grant");
        assertThat(revoked.problem()).isEqualTo(Problem.GRANT_DEAD);
        assertThat(revoked).hasCauseInstanceOf(TokenException.class);
        assertThat(failureRecorder.hold(attempt, claimed, engine.time.now()))
                .contains(new RefreshDecision.Hold(
                        Problem.GRANT_DEAD,
                        "answered 400 invalid_grant",
                        Optional.of(engine.time.now()),
                        engine.time.now().plusSeconds(30)));
        assertThat(engine.record(ALICE).health().state()).isEqualTo(ConnectionState.ACTIVE);
        assertThat(engine.store.faultsLeft()).isZero();
    }

    @Test
    void theEndOfAGrantIsPublishedAndItsTokenForgotten() {
        TokenRecord claimed = claimed(engine);
        engine.parts.publisher().publish(engine.cell(ALICE), claimed);
        engine.clock.advance(Duration.ofMinutes(3));

        RecordedFailure left = failureRecorder.afterMarking(attempt, new Marked.Dead(claimed), claimed, REVOKED);

        String detail = "answered 400 invalid_grant; the refresh token was 3 minutes old" + ANOTHER_HOLDER;
        assertThat(left).isEqualTo(new RecordedFailure(Problem.GRANT_DEAD, detail, Optional.empty(), false, false));
        assertThat(engine.events)
                .containsExactly(
                        new TokenEvent.ReauthorizationRequired(ALICE, engine.time.now(), Problem.GRANT_DEAD, detail));
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
    }

    @Test
    void anIgnoredMarkPublishesNoEventAndTheRecordIsLoadedAgain() {
        TokenRecord claimed = claimed(engine);
        engine.parts.publisher().publish(engine.cell(ALICE), claimed);

        RecordedFailure left =
                failureRecorder.afterMarking(attempt, new Marked.Ignored(Optional.empty()), claimed, REVOKED);

        assertThat(left.loadAgain()).isTrue();
        assertThat(left.keepsToken()).isFalse();
        assertThat(engine.events).isEmpty();
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNotNull();
    }

    // ---- successful responses

    @Test
    void newTokensArePublishedWithTheDurationOfTheRefresh() {
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
    void aNewRefreshTokenIsPublishedAsARotation() {
        TokenRecord before = engine.connect(ALICE);

        failureRecorder.succeeded(attempt, before, engine.peerSaves(ALICE));

        assertThat(engine.told(TokenEvent.Refreshed.class).rotated()).isTrue();
    }

    @Test
    void aRecoveryIsPublishedWithTheDurationOfTheFailure() {
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
    void anExpiryOfTheGrantIsPublished() {
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
    void removedScopesArePublished() {
        TokenRecord before = engine.connect(ALICE);
        TokenRecord after = before.next().grantedScopes(Set.of("mail")).build(5, engine.time.now());

        failureRecorder.succeeded(attempt, before, after);

        assertThat(engine.told(TokenEvent.ScopeReduced.class))
                .isEqualTo(new TokenEvent.ScopeReduced(ALICE, engine.time.now(), Set.of("calendar")));
    }

    @Test
    void newTokensEndAHold() {
        TokenRecord claimed = claimed(engine);
        engine.store.next(COMPARE_AND_SET).failBefore();
        failureRecorder.of(attempt, claimed, EngineFixture.unreachable());
        assertThat(failureRecorder.hold(attempt, claimed, engine.time.now())).isPresent();

        failureRecorder.succeeded(attempt, claimed, claimed);

        assertThat(failureRecorder.hold(attempt, claimed, engine.time.now())).isEmpty();
    }

    @Test
    void aResponseWithoutAnAccessTokenIsCountedAsAFailure() {
        TokenRecord left = withoutAccessToken(claimed(engine), Optional.empty(), false);

        assertThat(left.failures().problem()).contains(Problem.MALFORMED_RESPONSE);
        assertThat(left.failures().count()).isEqualTo(1);
        assertThat(left.failures().nextAttempt().orElseThrow()).isAfter(engine.time.now());
        assertThat(left.failures().detail()).isEqualTo("the provider responded without an access token");
        assertThat(left.health().state()).isEqualTo(ConnectionState.DEGRADED);
    }

    @Test
    void theFirstResponseWithoutAnAccessTokenMayBeFollowedByACallAtOnce() {
        TokenRecord claimed = claimed(engine);
        engine.untilEnded();

        TokenRecord first = withoutAccessToken(claimed, Optional.of("token_type is not Bearer"), true);
        TokenRecord claimedAgain = engine.change(claimed.next().failures(first.failures()));
        TokenRecord second = withoutAccessToken(claimedAgain, Optional.of("token_type is not Bearer"), true);

        assertThat(first.failures().nextAttempt()).isEmpty();
        assertThat(first.health()).as("there is no failure to report yet").isEqualTo(claimed.health());
        assertThat(second.failures().count()).isEqualTo(2);
        assertThat(second.failures().nextAttempt().orElseThrow()).isAfter(engine.time.now());
        assertThat(second.failures().detail())
                .isEqualTo("the provider responded without a usable access token: token_type is not Bearer");
        assertThat(second.health().state()).isEqualTo(ConnectionState.STALLED);
    }

    private TokenRecord withoutAccessToken(TokenRecord claimed, Optional<String> fault, boolean atOnce) {
        return engine.parts
                .mapper()
                .write(failureRecorder.withoutAccessToken(claimed, engine.answered(claimed), fault, atOnce));
    }

    private static TokenRecord claimed(EngineFixture engine) {
        return engine.change(engine.connect(ALICE).next().claim(FailureRecorderTest.claim(engine)));
    }
}
