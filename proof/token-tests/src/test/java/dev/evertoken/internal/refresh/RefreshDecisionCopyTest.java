package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The use of a copy of a record during a store outage. Alice's token is due after 45 minutes and expires after 60
 * minutes.
 */
class RefreshDecisionCopyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Instant DUE = NOW.plus(Duration.ofMinutes(45));
    private static final Instant ENDED = NOW.plus(Duration.ofMinutes(60));
    private static final Step TAKE = new Step.Take(false);

    private final RefreshDecision decision = new RefreshDecision(
            new Settings(
                    Duration.ofSeconds(20), Duration.ofSeconds(45), Duration.ofSeconds(15), SECOND, SECOND, SECOND),
            new FailureGate(new Backoff(SECOND, SECOND, new SplittableRandom(7))));

    @ParameterizedTest
    @EnumSource
    void aFreshCopyIsServedUntilTheNextCheck(RefreshModel model) {
        assertThat(judge(SampleRecords.of(model), TokenRequirement.usable(), NOW))
                .contains(serveAt(NOW));
        assertThat(judge(SampleRecords.of(model), TokenRequirement.usable(), DUE.minusMillis(1)))
                .contains(serveAt(DUE.minusMillis(1)));
    }

    @Test
    void theCopyOfARevokedGrantIsNotServed() {
        TokenRecord copy = nonRotating();
        TokenRecord revoked = copy.next()
                .health(copy.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);

        assertThat(judge(revoked, TokenRequirement.usable(), NOW)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"STATIC", "REISSUED"})
    void aModelThatCanBeRepeatedIsRefreshedFromADueCopy(RefreshModel model) {
        assertThat(judge(SampleRecords.of(model), TokenRequirement.usable(), DUE))
                .contains(TAKE);
        assertThat(judge(SampleRecords.of(model), TokenRequirement.usable(), ENDED))
                .contains(TAKE);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STATIC", "REISSUED"})
    void aModelThatCannotBeRepeatedIsServedUntilExpiryAndNotRefreshedFromACopy(RefreshModel model) {
        TokenRecord copy = SampleRecords.of(model);

        assertThat(judge(copy, TokenRequirement.usable(), DUE)).contains(serveAt(DUE));
        assertThat(judge(copy, TokenRequirement.usable(), ENDED)).isEmpty();
        assertThat(judge(copy, TokenRequirement.anew(), DUE)).isEmpty();
        assertThat(judge(copy, TokenRequirement.insteadOf(token(1)), DUE)).isEmpty();
    }

    @Test
    void aCopyWithoutARefreshTokenIsServedUntilItExpires() {
        TokenRecord bare =
                nonRotating().next().refreshTokenFingerprint(Optional.empty()).build(43, NOW);

        assertThat(judge(bare, TokenRequirement.usable(), DUE)).contains(serveAt(DUE));
        assertThat(judge(bare, TokenRequirement.usable(), ENDED)).isEmpty();
    }

    @Test
    void aFreshCopyThatDoesNotMeetTheRequirementIsRefreshed() {
        Instant later = NOW.plus(Duration.ofMinutes(15));
        TokenRequirement aDay = TokenRequirement.atLeast(Duration.ofDays(1));

        assertThat(judge(nonRotating(), TokenRequirement.insteadOf(token(1)), NOW))
                .contains(TAKE);
        assertThat(judge(nonRotating(), TokenRequirement.insteadOf(token(2)), NOW))
                .contains(serveAt(NOW));
        assertThat(judge(nonRotating(), aDay, later)).contains(serveAt(later));
        assertThat(judge(nonRotating(), aDay, later.plusMillis(1))).contains(TAKE);
        assertThat(judge(nonRotating(), TokenRequirement.anew(), NOW)).contains(serveAt(NOW));
        assertThat(judge(nonRotating(), TokenRequirement.anew(), NOW.plus(RefreshDecision.FORCED_APART)))
                .contains(TAKE);
    }

    @Test
    void aRequestForTheNewestStoredTokenDoesNotRefresh() {
        TokenRequirement stored = TokenRequirement.newest(token(1));

        assertThat(judge(nonRotating(), stored, NOW)).contains(serveAt(NOW));
        assertThat(judge(nonRotating(), stored, DUE)).contains(serveAt(DUE));
        assertThat(judge(nonRotating(), stored, ENDED)).isEmpty();
    }

    @Test
    void aValidCopyIsServedAfterAFailureAndTheFailureReportedAfterExpiry() {
        TokenRecord failed = nonRotating()
                .next()
                .failures(Failures.none().plus(Problem.NETWORK, ENDED.plusSeconds(60), "connection refused"))
                .build(43, DUE);
        Step refused = new Step.Refuse(Problem.NETWORK, "connection refused", Optional.of(ENDED.plusSeconds(60)));

        assertThat(judge(failed, TokenRequirement.usable(), DUE)).contains(serveAt(DUE));
        assertThat(judge(failed, TokenRequirement.usable(), ENDED)).contains(refused);
        assertThat(judge(failed, TokenRequirement.anew(), DUE)).contains(refused);
    }

    @Test
    void aValidCopyIsServedWhileTheClientIsShut() {
        Hold hold = new Hold(Problem.CLIENT_REJECTED, "invalid_client", Optional.empty(), ENDED.plusSeconds(9));

        assertThat(decision.judgeCopy(nonRotating(), TokenRequirement.usable(), Optional.of(hold), DUE))
                .contains(serveAt(DUE));
        assertThat(decision.judgeCopy(nonRotating(), TokenRequirement.usable(), Optional.of(hold), ENDED))
                .contains(
                        new Step.Refuse(Problem.CLIENT_REJECTED, "invalid_client", Optional.of(ENDED.plusSeconds(9))));
    }

    private Optional<Step> judge(TokenRecord copy, TokenRequirement requirement, Instant now) {
        return decision.judgeCopy(copy, requirement, Optional.empty(), now);
    }

    private static TokenRecord nonRotating() {
        return SampleRecords.of(RefreshModel.STATIC);
    }

    private static Step serveAt(Instant now) {
        return new Step.Serve(now.plus(SECOND));
    }

    private static AccessToken token(long generation) {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.of(ENDED), "grant-1", generation);
    }
}
