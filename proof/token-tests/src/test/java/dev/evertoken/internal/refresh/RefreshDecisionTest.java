package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.client.Backoff;
import dev.evertoken.internal.client.FailureGate;
import dev.evertoken.internal.client.Settings;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.RefreshDecision.Hold;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Lifetime;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Table L: the next step for a loaded record. Alice's token is due after 45 minutes and expires after 60 minutes. */
class RefreshDecisionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration CLAIM = Duration.ofSeconds(45);
    private static final Instant DUE = NOW.plus(Duration.ofMinutes(45));
    private static final Instant ENDED = NOW.plus(Duration.ofMinutes(60));
    private static final Step ADOPT = new Step.Adopt();
    private static final Step TAKE = new Step.Take(false);
    private static final Step TAKE_OVER = new Step.Take(true);

    private final RefreshDecision decision = new RefreshDecision(
            new Settings(Duration.ofSeconds(20), CLAIM, Duration.ofSeconds(15), SECOND, SECOND, SECOND),
            new FailureGate(new Backoff(SECOND, SECOND, new SplittableRandom(7))));

    @Test
    void aFreshTokenIsAdopted() {
        assertThat(judge(alice(), DUE.minusMillis(1))).isEqualTo(ADOPT);
    }

    @Test
    void aTokenIsRefreshedAsSoonAsItIsDue() {
        assertThat(judge(alice(), DUE)).isEqualTo(TAKE);
        assertThat(judge(alice(), ENDED)).isEqualTo(TAKE);
    }

    @Test
    void aTokenIssuedInTheFutureBeyondTheClockSkewIsNotTrusted() {
        assertThat(judge(alice(), NOW.minus(SECOND))).isEqualTo(ADOPT);
        assertThat(judge(alice(), NOW.minus(SECOND).minusMillis(1))).isEqualTo(TAKE);
    }

    @Test
    void aRejectedTokenIsReplacedAndAnyOtherOneAdopted() {
        assertThat(judge(alice(), TokenRequirement.insteadOf(token("grant-1", 1)), NOW))
                .isEqualTo(TAKE);
        assertThat(judge(alice(), TokenRequirement.insteadOf(token("grant-1", 2)), NOW))
                .isEqualTo(ADOPT);
        assertThat(judge(alice(), TokenRequirement.insteadOf(token("grant-0", 1)), NOW))
                .isEqualTo(ADOPT);
    }

    @Test
    void aTokenThatExpiresTooSoonIsReplacedUnlessItIsInItsFirstQuarter() {
        TokenRequirement halfAnHour = TokenRequirement.atLeast(Duration.ofMinutes(30));
        assertThat(judge(alice(), halfAnHour, NOW.plus(Duration.ofMinutes(30)))).isEqualTo(ADOPT);
        assertThat(judge(alice(), halfAnHour, NOW.plus(Duration.ofMinutes(30)).plusMillis(1)))
                .isEqualTo(TAKE);

        TokenRequirement aDay = TokenRequirement.atLeast(Duration.ofDays(1));
        assertThat(judge(alice(), aDay, NOW.plus(Duration.ofMinutes(15)))).isEqualTo(ADOPT);
        assertThat(judge(alice(), aDay, NOW.plus(Duration.ofMinutes(15)).plusMillis(1)))
                .isEqualTo(TAKE);
    }

    @Test
    void twoForcedRefreshesAreTenSecondsApart() {
        assertThat(judge(alice(), TokenRequirement.anew(), NOW.plusSeconds(10).minusMillis(1)))
                .isEqualTo(ADOPT);
        assertThat(judge(alice(), TokenRequirement.anew(), NOW.plusSeconds(10))).isEqualTo(TAKE);
    }

    @Test
    void aRequestForTheNewestStoredTokenDoesNotRefresh() {
        TokenRequirement stored = TokenRequirement.newest(token("grant-1", 1));

        assertThat(judge(alice(), stored, NOW)).isEqualTo(ADOPT);
        assertThat(judge(alice(), stored, DUE)).isEqualTo(new Step.Serve(DUE.plus(SECOND)));
        assertThat(judge(alice(), stored, ENDED)).isEqualTo(new Step.Serve(ENDED.plus(SECOND)));
    }

    @Test
    @Fault("N5")
    void withoutAnAccessTokenEveryRequestRefreshes() {
        Lifetime alone = Lifetime.ofRefreshToken(NOW, Optional.empty());
        TokenRecord record = alice().next().lifetime(alone).build(2, NOW);

        assertThat(alone.issuedNoLaterThan(NOW.minusSeconds(60)).hasAccessToken())
                .isFalse();
        for (Instant now : new Instant[] {NOW.minusSeconds(1), NOW, ENDED}) {
            assertThat(judge(record, now)).isEqualTo(TAKE);
            assertThat(judge(record, TokenRequirement.newest(token("grant-1", 1)), now))
                    .isEqualTo(TAKE);
            assertThat(judge(record, TokenRequirement.anew(), now)).isEqualTo(TAKE);
        }
    }

    @Test
    void aTokenWithoutARefreshTokenIsServedUntilExpiryAndThenRefused() {
        TokenRecord bare =
                alice().next().refreshTokenFingerprint(Optional.empty()).build(43, NOW);

        assertThat(judge(bare, DUE)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(bare, ENDED))
                .isEqualTo(new Step.Refuse(
                        Problem.NO_REFRESH_TOKEN,
                        "the access token expired at 2026-03-01T13:00:00Z and there is no refresh token",
                        Optional.empty()));
        assertThat(judge(bare, TokenRequirement.anew(), DUE))
                .isEqualTo(new Step.Refuse(
                        Problem.NO_REFRESH_TOKEN,
                        "the token cannot be replaced: there is no refresh token",
                        Optional.empty()));
    }

    @Test
    void anExtendedTokenNeedsNoRefreshTokenAndANonExpiringOneIsNotRefreshed() {
        assertThat(judge(of(RefreshModel.EXTENDING, Optional.empty()), DUE)).isEqualTo(TAKE);
        assertThat(judge(of(RefreshModel.STATIC, Optional.empty()), DUE)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(of(RefreshModel.STATIC, Optional.of("sha256:refresh")), DUE))
                .isEqualTo(TAKE);
        assertThat(judge(of(RefreshModel.NON_EXPIRING, Optional.of("sha256:refresh")), DUE))
                .isEqualTo(new Step.Serve(ENDED));
    }

    @Test
    void aRevokedGrantIsRefusedWithItsReason() {
        TokenRecord revoked = alice().next()
                .health(alice().health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW))
                .build(43, NOW);
        TokenRecord explained = revoked.next()
                .failures(Failures.none().plus(Problem.GRANT_DEAD, NOW, "token endpoint answered 400 invalid_grant"))
                .build(44, NOW);

        assertThat(judge(revoked, NOW))
                .isEqualTo(new Step.Refuse(
                        Problem.GRANT_DEAD, "the grant has been invalid since 2026-03-01T12:00:00Z", Optional.empty()));
        assertThat(judge(explained, NOW))
                .isEqualTo(new Step.Refuse(
                        Problem.GRANT_DEAD, "token endpoint answered 400 invalid_grant", Optional.empty()));
    }

    @Test
    void aValidTokenIsServedAfterAFailureAndTheFailureReportedAfterExpiry() {
        TokenRecord failed = alice().next()
                .failures(Failures.none().plus(Problem.NETWORK, ENDED.plusSeconds(60), "connection refused"))
                .build(43, DUE);

        assertThat(judge(failed, DUE)).isEqualTo(new Step.Serve(ENDED.plusSeconds(60)));
        assertThat(judge(failed, ENDED))
                .isEqualTo(new Step.Refuse(Problem.NETWORK, "connection refused", Optional.of(ENDED.plusSeconds(60))));
    }

    @Test
    void aTokenThatMayNotBeRefreshedYetIsNotRefreshed() {
        Lifetime early = alice().lifetime().notBefore(ENDED.plusSeconds(60));

        assertThat(judge(alice().next().lifetime(early).build(43, NOW), ENDED))
                .isEqualTo(new Step.Refuse(
                        Problem.NOT_YET,
                        "the provider does not refresh this token yet",
                        Optional.of(ENDED.plusSeconds(60))));
    }

    @Test
    void aValidTokenIsServedWhileTheClientIsShut() {
        Optional<Hold> hold = Optional.of(
                new Hold(Problem.CLIENT_REJECTED, "invalid_client", Optional.empty(), ENDED.plusSeconds(9)));

        assertThat(judge(alice(), Standing.NONE, hold, DUE)).isEqualTo(new Step.Serve(ENDED.plusSeconds(9)));
        assertThat(judge(alice(), Standing.NONE, hold, ENDED))
                .isEqualTo(
                        new Step.Refuse(Problem.CLIENT_REJECTED, "invalid_client", Optional.of(ENDED.plusSeconds(9))));
    }

    @Test
    void aValidTokenIsServedDuringTheClaimOfAPeerWhichIsAwaitedAfterExpiry() {
        TokenRecord claimed = claimed(Claim.Phase.SENT);

        assertThat(judge(claimed, Standing.LIVE, Optional.empty(), DUE)).isEqualTo(new Step.Serve(DUE.plus(SECOND)));
        assertThat(judge(claimed, Standing.LIVE, Optional.empty(), ENDED)).isEqualTo(new Step.Wait());
    }

    @Test
    void aLapsedSentClaimIsTakenOverWhenTheTokenExpires() {
        TokenRecord sent = claimed(Claim.Phase.SENT);

        assertThat(judge(sent, Standing.LAPSED, Optional.empty(), ENDED.minusMillis(1)))
                .isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(sent, Standing.LAPSED, Optional.empty(), ENDED)).isEqualTo(TAKE_OVER);
        assertThat(judge(claimed(Claim.Phase.CLAIMED), Standing.LAPSED, Optional.empty(), DUE))
                .isEqualTo(TAKE);
    }

    @Test
    void anUncertainTokenIsNotSentAgainBeforeTheAccessTokenExpires() {
        TokenRecord uncertain = alice().next().uncertain(1).build(43, NOW);

        assertThat(judge(uncertain, DUE)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(uncertain, TokenRequirement.anew(), DUE))
                .isEqualTo(new Step.Refuse(
                        Problem.OUTCOME_UNKNOWN,
                        "an earlier refresh may have reached the provider; the next one waits until the access token"
                                + " expires",
                        Optional.of(ENDED)));
        assertThat(judge(uncertain, ENDED)).isEqualTo(TAKE);
    }

    @Test
    void anUncertainTokenIsSentAgainOnceWithinTheReuseGrace() {
        ProviderProfile lenient = ProviderProfile.builder(RefreshModel.ROTATING)
                .reuseGrace(CLAIM.plusSeconds(60))
                .build();
        TokenRecord once = alice().next().uncertain(1).build(43, DUE);
        TokenRecord twice = alice().next().uncertain(2).build(43, DUE);
        TokenRecord failedTwice = once.next()
                .failures(Failures.none().plus(Problem.NETWORK, NOW, "").plus(Problem.NETWORK, NOW, ""))
                .build(44, DUE);
        TokenRecord sent = claimed(Claim.Phase.SENT).next().build(44, DUE);
        TokenRecord sentAgain = sent.next().uncertain(1).build(45, DUE);
        Instant last = DUE.plusSeconds(60).minusMillis(1);

        assertThat(judge(once, Standing.NONE, lenient, last)).isEqualTo(TAKE);
        assertThat(judge(once, Standing.NONE, lenient, last.plusMillis(1))).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(twice, Standing.NONE, lenient, last)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(failedTwice, Standing.NONE, lenient, last)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(sent, Standing.LAPSED, lenient, last)).isEqualTo(TAKE_OVER);
        assertThat(judge(sentAgain, Standing.LAPSED, lenient, last)).isEqualTo(new Step.Serve(ENDED));
    }

    @Test
    void anUncertainTokenIsSentAgainAtOnceIfReplaysAreHarmless() {
        ProviderProfile harmless = ProviderProfile.builder(RefreshModel.ROTATING)
                .replayHarmless(true)
                .build();
        TokenRecord uncertain = alice().next().uncertain(3).build(43, NOW);

        assertThat(judge(uncertain, Standing.NONE, harmless, DUE)).isEqualTo(TAKE);
        assertThat(judge(
                        of(RefreshModel.STATIC, Optional.of("sha256:refresh"))
                                .next()
                                .uncertain(3)
                                .build(43, NOW),
                        DUE))
                .isEqualTo(TAKE);
    }

    // ---- helpers

    private Step judge(TokenRecord record, Instant now) {
        return judge(record, Standing.NONE, Optional.empty(), now);
    }

    private Step judge(TokenRecord record, TokenRequirement requirement, Instant now) {
        return decision.judge(record, requirement, Standing.NONE, Optional.empty(), rotating(), now);
    }

    private Step judge(TokenRecord record, Standing claim, Optional<Hold> hold, Instant now) {
        return decision.judge(record, TokenRequirement.usable(), claim, hold, rotating(), now);
    }

    private Step judge(TokenRecord record, Standing claim, ProviderProfile profile, Instant now) {
        return decision.judge(record, TokenRequirement.usable(), claim, Optional.empty(), profile, now);
    }

    private static ProviderProfile rotating() {
        return ProviderProfile.builder(RefreshModel.ROTATING).build();
    }

    private static TokenRecord alice() {
        return SampleRecords.record();
    }

    private static TokenRecord claimed(Claim.Phase phase) {
        return alice().next()
                .claim(new Claim("claim-1", "a peer", CLAIM, NOW.plus(CLAIM), phase))
                .build(43, NOW);
    }

    private static TokenRecord of(RefreshModel model, Optional<String> refreshToken) {
        return SampleRecords.of(model)
                .next()
                .refreshTokenFingerprint(refreshToken)
                .build(43, NOW);
    }

    private static AccessToken token(String grant, long generation) {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.of(ENDED), grant, generation);
    }
}
