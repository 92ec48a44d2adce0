package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Claims.Standing;
import dev.evertoken.Judgement.Step;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Claim;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Secret;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.ProviderProfile;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What table L makes of each refresh model: what can be refreshed, what can be sent again, who waits for a peer. */
class JudgementByModelTest {

    private static final Instant DUE = NOW.plus(Duration.ofMinutes(45));
    private static final Instant ENDED = NOW.plus(Duration.ofMinutes(60));
    private static final Step TAKE = new Step.Take(false);

    private final EngineBench bench = EngineBench.of(RefreshModel.NON_EXPIRING);
    private final Judgement judgement = new Judgement(bench.workshop.settings(), bench.workshop.gate());

    // ---- what can be refreshed

    @Test
    void whatNeverEndsIsAskedAboutOnlyIfSomebodyDoubtsIt() {
        TokenRecord endless = SampleRecords.of(RefreshModel.NON_EXPIRING);

        assertThat(judge(endless, Ask.usable(), DUE)).isEqualTo(new Step.Serve(ENDED));
        assertThat(judge(endless, Ask.insteadOf(token()), NOW)).isEqualTo(TAKE);
        assertThat(judge(endless, Ask.anew(), DUE)).isEqualTo(TAKE);
    }

    @Test
    void aPageIsRefreshedThroughItsParent() {
        TokenRecord page = bench.connectChild(TokenKey.of("google", "page"), ALICE);

        assertThat(judge(page, Ask.usable(), NOW.plus(EngineBench.HOUR).minus(EngineBench.EARLY)))
                .isEqualTo(TAKE);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXTENDING", "REISSUED"})
    void whatNeedsNoRefreshTokenIsRefreshedWithoutOne(RefreshModel model) {
        TokenRecord bare = SampleRecords.of(model)
                .next()
                .refreshTokenFingerprint(Optional.empty())
                .build(43, NOW);

        assertThat(judge(bare, Ask.usable(), DUE)).isEqualTo(TAKE);
    }

    // ---- who waits for a peer

    @Test
    void whoCannotUseTheValidTokenWaitsForThePeerThatIsAtIt() {
        TokenRecord claimed = claimed(RefreshModel.ROTATING);

        assertThat(judge(claimed, Ask.anew(), Standing.LIVE, DUE)).isEqualTo(new Step.Wait());
        assertThat(judge(claimed, Ask.insteadOf(token()), Standing.LIVE, NOW)).isEqualTo(new Step.Wait());
    }

    // ---- what can be sent again

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"ROTATING", "NON_EXPIRING"})
    void whatIsNotSpentIsTakenOverWhileTheTokenIsValid(RefreshModel model) {
        assertThat(judge(claimed(model), Ask.usable(), Standing.LAPSED, DUE)).isEqualTo(new Step.Take(true));
    }

    @Test
    void theGraceOfAProviderIsUsedAfterOneFailureAndNotAfterTwo() {
        ProviderProfile graceful = ProviderProfile.builder(RefreshModel.ROTATING)
                .reuseGrace(EngineBench.CLAIM.plusSeconds(60))
                .build();
        TokenRecord once = failed(SampleRecords.record().next().uncertain(1).build(43, DUE));
        TokenRecord twice = failed(once);

        assertThat(judgement.judge(once, Ask.usable(), Standing.NONE, Optional.empty(), graceful, DUE.plusSeconds(2)))
                .isEqualTo(TAKE);
        assertThat(judgement.judge(twice, Ask.usable(), Standing.NONE, Optional.empty(), graceful, DUE.plusSeconds(2)))
                .isEqualTo(new Step.Serve(ENDED));
    }

    private static TokenRecord failed(TokenRecord record) {
        return record.next()
                .failures(record.failures().plus(Problem.ANSWER_LOST, DUE.plusSeconds(1), "the connection was reset"))
                .build(record.revision() + 1, DUE);
    }

    private Step judge(TokenRecord record, Ask ask, Instant now) {
        return judge(record, ask, Standing.NONE, now);
    }

    private Step judge(TokenRecord record, Ask ask, Standing claim, Instant now) {
        ProviderProfile profile = ProviderProfile.builder(record.refreshModel()).build();
        return judgement.judge(record, ask, claim, Optional.empty(), profile, now);
    }

    private static TokenRecord claimed(RefreshModel model) {
        Claim peers = new Claim("claim-1", "a peer", EngineBench.CLAIM, NOW.plus(EngineBench.CLAIM), Claim.Phase.SENT);
        return SampleRecords.of(model).next().claim(peers).build(43, NOW);
    }

    private static AccessToken token() {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.of(ENDED), "grant-1", 1);
    }
}
