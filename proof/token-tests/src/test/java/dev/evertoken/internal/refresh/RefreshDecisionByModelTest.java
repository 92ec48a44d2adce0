package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.refresh.Claims.Standing;
import dev.evertoken.internal.refresh.RefreshDecision.Step;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.provider.ProviderProfile;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Table L for each refresh model: refreshes, repeated requests and waits for a peer. */
class RefreshDecisionByModelTest {

    private static final Instant DUE = NOW.plus(Duration.ofMinutes(45));
    private static final Instant ENDED = NOW.plus(Duration.ofMinutes(60));
    private static final Step TAKE = new Step.Take(false);

    private final EngineFixture engine = EngineFixture.of(RefreshModel.NON_EXPIRING);
    private final RefreshDecision decision = new RefreshDecision(engine.parts.settings(), engine.parts.gate());

    // ---- refreshes

    @Test
    void aNonExpiringTokenIsRefreshedOnlyIfItWasRejectedOrANewOneIsRequired() {
        TokenRecord endless = SampleRecords.of(RefreshModel.NON_EXPIRING);

        assertThat(judge(endless, TokenRequirement.usable(), DUE)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(endless, TokenRequirement.insteadOf(token()), NOW)).isEqualTo(TAKE);
        assertThat(judge(endless, TokenRequirement.anew(), DUE)).isEqualTo(TAKE);
    }

    @Test
    void aPageIsRefreshedThroughItsParent() {
        TokenRecord page = engine.connectChild(TokenKey.of("google", "page"), ALICE);

        assertThat(judge(
                        page,
                        TokenRequirement.usable(),
                        NOW.plus(EngineFixture.HOUR).minus(EngineFixture.EARLY)))
                .isEqualTo(TAKE);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXTENDING", "REISSUED"})
    void aModelThatNeedsNoRefreshTokenIsRefreshedWithoutOne(RefreshModel model) {
        TokenRecord bare = SampleRecords.of(model)
                .next()
                .refreshTokenFingerprint(Optional.empty())
                .build(43, NOW);

        assertThat(judge(bare, TokenRequirement.usable(), DUE)).isEqualTo(TAKE);
    }

    // ---- waits for a peer

    @Test
    void aPeerIsAwaitedIfTheValidTokenDoesNotMeetTheRequirement() {
        TokenRecord claimed = claimed(RefreshModel.ROTATING);

        assertThat(judge(claimed, TokenRequirement.anew(), Standing.LIVE, DUE)).isEqualTo(new Step.Wait());
        assertThat(judge(claimed, TokenRequirement.insteadOf(token()), Standing.LIVE, NOW))
                .isEqualTo(new Step.Wait());
    }

    // ---- repeated requests

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ROTATING", "NON_EXPIRING"})
    void aClaimOfANonRotatingModelIsTakenOverWhileTheTokenIsValid(RefreshModel model) {
        assertThat(judge(claimed(model), TokenRequirement.usable(), Standing.LAPSED, DUE))
                .isEqualTo(new Step.Take(true));
    }

    @Test
    void theReuseGraceOfAProviderIsUsedAfterOneFailureAndNotAfterTwo() {
        ProviderProfile lenient = ProviderProfile.builder(RefreshModel.ROTATING)
                .reuseGrace(EngineFixture.CLAIM.plusSeconds(60))
                .build();
        TokenRecord once = failed(SampleRecords.record().next().uncertain(1).build(43, DUE));
        TokenRecord twice = failed(once);

        assertThat(decision.judge(
                        once, TokenRequirement.usable(), Standing.NONE, Optional.empty(), lenient, DUE.plusSeconds(2)))
                .isEqualTo(TAKE);
        assertThat(decision.judge(
                        twice, TokenRequirement.usable(), Standing.NONE, Optional.empty(), lenient, DUE.plusSeconds(2)))
                .isEqualTo(new Step.Serve(ENDED));
    }

    private static TokenRecord failed(TokenRecord record) {
        return record.next()
                .failures(
                        record.failures().plus(Problem.OUTCOME_UNKNOWN, DUE.plusSeconds(1), "the connection was reset"))
                .build(record.revision() + 1, DUE);
    }

    private Step judge(TokenRecord record, TokenRequirement requirement, Instant now) {
        return judge(record, requirement, Standing.NONE, now);
    }

    private Step judge(TokenRecord record, TokenRequirement requirement, Standing claim, Instant now) {
        ProviderProfile profile = ProviderProfile.builder(record.refreshModel()).build();
        return decision.judge(record, requirement, claim, Optional.empty(), profile, now);
    }

    private static TokenRecord claimed(RefreshModel model) {
        Claim peers =
                new Claim("claim-1", "a peer", EngineFixture.CLAIM, NOW.plus(EngineFixture.CLAIM), Claim.Phase.SENT);
        return SampleRecords.of(model).next().claim(peers).build(43, NOW);
    }

    private static AccessToken token() {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.of(ENDED), "grant-1", 1);
    }
}
