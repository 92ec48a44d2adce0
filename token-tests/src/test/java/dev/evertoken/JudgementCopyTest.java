package dev.evertoken;

import static dev.evertoken.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Judgement.Hold;
import dev.evertoken.Judgement.Step;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the copy of a record is good for while the store does not answer. Alice's token is due after 45 minutes and ends
 * after 60.
 */
class JudgementCopyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Instant DUE = NOW.plus(Duration.ofMinutes(45));
    private static final Instant ENDED = NOW.plus(Duration.ofMinutes(60));
    private static final Step TAKE = new Step.Take(false);

    private final Judgement judgement = new Judgement(
            new Settings(
                    Duration.ofSeconds(20), Duration.ofSeconds(45), Duration.ofSeconds(15), SECOND, SECOND, SECOND),
            new FailureGate(new Backoff(SECOND, SECOND, new SplittableRandom(7))));

    @ParameterizedTest
    @EnumSource
    void aFreshCopyIsServedAndLookedAtAgainSoon(RefreshModel model) {
        assertThat(judge(SampleRecords.of(model), Ask.usable(), NOW)).contains(serveAt(NOW));
        assertThat(judge(SampleRecords.of(model), Ask.usable(), DUE.minusMillis(1)))
                .contains(serveAt(DUE.minusMillis(1)));
    }

    @Test
    void theCopyOfADeadGrantIsNoAnswer() {
        TokenRecord copy = calm();
        TokenRecord dead = copy.next()
                .health(copy.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);

        assertThat(judge(dead, Ask.usable(), NOW)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"STATIC", "REISSUED"})
    void whatSpendsNothingIsRefreshedFromACopyThatIsDue(RefreshModel model) {
        assertThat(judge(SampleRecords.of(model), Ask.usable(), DUE)).contains(TAKE);
        assertThat(judge(SampleRecords.of(model), Ask.usable(), ENDED)).contains(TAKE);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STATIC", "REISSUED"})
    void whatMayBeSpentElsewhereIsServedToItsEndAndNeverRefreshedFromACopy(RefreshModel model) {
        TokenRecord copy = SampleRecords.of(model);

        assertThat(judge(copy, Ask.usable(), DUE)).contains(serveAt(DUE));
        assertThat(judge(copy, Ask.usable(), ENDED)).isEmpty();
        assertThat(judge(copy, Ask.anew(), DUE)).isEmpty();
        assertThat(judge(copy, Ask.insteadOf(token(1)), DUE)).isEmpty();
    }

    @Test
    void aCopyWithoutARefreshTokenIsServedToItsEnd() {
        TokenRecord bare =
                calm().next().refreshTokenFingerprint(Optional.empty()).build(43, NOW);

        assertThat(judge(bare, Ask.usable(), DUE)).contains(serveAt(DUE));
        assertThat(judge(bare, Ask.usable(), ENDED)).isEmpty();
    }

    @Test
    void whoCannotUseAFreshCopyHasItRefreshed() {
        Instant later = NOW.plus(Duration.ofMinutes(15));
        Ask aDay = Ask.atLeast(Duration.ofDays(1));

        assertThat(judge(calm(), Ask.insteadOf(token(1)), NOW)).contains(TAKE);
        assertThat(judge(calm(), Ask.insteadOf(token(2)), NOW)).contains(serveAt(NOW));
        assertThat(judge(calm(), aDay, later)).contains(serveAt(later));
        assertThat(judge(calm(), aDay, later.plusMillis(1))).contains(TAKE);
        assertThat(judge(calm(), Ask.anew(), NOW)).contains(serveAt(NOW));
        assertThat(judge(calm(), Ask.anew(), NOW.plus(Judgement.FORCED_APART))).contains(TAKE);
    }

    @Test
    void whoAsksForWhatIsStoredHasNothingRefreshed() {
        Ask stored = Ask.newest(token(1));

        assertThat(judge(calm(), stored, NOW)).contains(serveAt(NOW));
        assertThat(judge(calm(), stored, DUE)).contains(serveAt(DUE));
        assertThat(judge(calm(), stored, ENDED)).isEmpty();
    }

    @Test
    void behindAShutGateTheCopyIsServedAndTheFailureRememberedOtherwise() {
        TokenRecord failed = calm().next()
                .failures(Failures.none().plus(Problem.NETWORK, ENDED.plusSeconds(60), "connection refused"))
                .build(43, DUE);
        Step refused = new Step.Refuse(Problem.NETWORK, "connection refused", Optional.of(ENDED.plusSeconds(60)));

        assertThat(judge(failed, Ask.usable(), DUE)).contains(serveAt(DUE));
        assertThat(judge(failed, Ask.usable(), ENDED)).contains(refused);
        assertThat(judge(failed, Ask.anew(), DUE)).contains(refused);
    }

    @Test
    void whileItsClientIsShutTheCopyIsServed() {
        Hold hold = new Hold(Problem.CLIENT_REJECTED, "invalid_client", ENDED.plusSeconds(9));

        assertThat(judgement.judgeCopy(calm(), Ask.usable(), Optional.of(hold), DUE))
                .contains(serveAt(DUE));
        assertThat(judgement.judgeCopy(calm(), Ask.usable(), Optional.of(hold), ENDED))
                .contains(
                        new Step.Refuse(Problem.CLIENT_REJECTED, "invalid_client", Optional.of(ENDED.plusSeconds(9))));
    }

    private Optional<Step> judge(TokenRecord copy, Ask ask, Instant now) {
        return judgement.judgeCopy(copy, ask, Optional.empty(), now);
    }

    private static TokenRecord calm() {
        return SampleRecords.of(RefreshModel.STATIC);
    }

    private static Step serveAt(Instant now) {
        return new Step.Serve(now.plus(SECOND));
    }

    private static AccessToken token(long generation) {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.of(ENDED), "grant-1", generation);
    }
}
