package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.record.CheckMarks;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.internal.refresh.CheckDecision.Step;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.Validation;
import dev.evertoken.model.Validation.Verdict;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Which tokens are checked with their provider, when, and what the answer means. */
class CheckDecisionTest {

    private static final Validation VALID = Validation.valid(Optional.empty(), Set.of(), Optional.empty());
    private static final Validation REFUSED = Validation.rejected("the token is not active");
    private static final Instant LATER = NOW.plus(CheckDecision.BETWEEN_REFUSALS);
    private static final TokenRecord FRESH = SampleRecords.of(RefreshModel.EXTENDING);
    private static final TokenRecord SUSPECTED = changed(FRESH, next -> next.marks(CheckMarks.refused(FRESH, NOW)));
    private static final TokenRecord MARKED =
            changed(dead(FRESH), next -> next.marks(CheckMarks.invalid(SUSPECTED, NOW)));

    private static TokenRecord changed(TokenRecord record, UnaryOperator<TokenRecord.Builder> change) {
        return change.apply(record.next()).build(43, NOW);
    }

    private static TokenRecord dead(TokenRecord record) {
        return changed(
                record,
                next -> next.health(record.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, NOW)));
    }

    // ---- which tokens

    @Test
    void onlyATokenThatNoRefreshReplacesIsChecked() {
        assertThat(CheckDecision.isChecked(FRESH, NOW)).isTrue();
        for (RefreshModel model : new RefreshModel[] {RefreshModel.ROTATING, RefreshModel.STATIC}) {
            TokenRecord refreshable = SampleRecords.of(model);
            assertThat(CheckDecision.isChecked(refreshable, NOW)).isFalse();
            assertThat(CheckDecision.isChecked(
                            changed(refreshable, next -> next.refreshTokenFingerprint(Optional.empty())), NOW))
                    .isTrue();
        }
        assertThat(CheckDecision.isChecked(SampleRecords.of(RefreshModel.NON_EXPIRING), NOW))
                .isFalse();
        assertThat(CheckDecision.isChecked(SampleRecords.of(RefreshModel.REISSUED), NOW))
                .isFalse();
        TokenRecord page = changed(FRESH, next -> next.parent(Optional.of(TokenKey.of("google", "user"))));
        assertThat(CheckDecision.isChecked(page, NOW)).isFalse();
    }

    @Test
    void aTokenThatHasExpiredOrEndedOtherwiseIsNotChecked() {
        Instant end = FRESH.lifetime().schedule().expiresAt();
        assertThat(CheckDecision.isChecked(FRESH, end.minusNanos(1))).isTrue();
        assertThat(CheckDecision.isChecked(FRESH, end)).isFalse();
        assertThat(CheckDecision.isChecked(MARKED, NOW)).isTrue();
        assertThat(CheckDecision.isChecked(MARKED, end)).isFalse();
        assertThat(CheckDecision.isChecked(dead(FRESH), NOW)).isFalse();
        assertThat(CheckDecision.isChecked(dead(SUSPECTED), NOW)).isFalse();
    }

    // ---- when

    @Test
    void aSuspectIsCheckedAfterFiveMinutesAndAMarkedTokenAfterADay() {
        assertThat(CheckDecision.notBefore(FRESH, Instant.MIN)).isEmpty();
        assertThat(CheckDecision.notBefore(SUSPECTED, Instant.MIN)).contains(LATER);
        assertThat(CheckDecision.notBefore(SUSPECTED, NOW)).contains(LATER);
        assertThat(CheckDecision.notBefore(SUSPECTED, NOW.plusNanos(1))).isEmpty();
        assertThat(CheckDecision.notBefore(MARKED, Instant.MAX)).contains(NOW.plus(CheckDecision.BETWEEN_LOOKS));
    }

    // ---- the answer

    private static Step step(TokenRecord record, Validation validation, Instant now) {
        return CheckDecision.of(record, validation, Instant.MIN, now);
    }

    @Test
    void twoRefusalsFiveMinutesApartMark() {
        assertThat(step(FRESH, REFUSED, NOW)).isEqualTo(Step.SUSPECT);
        assertThat(step(SUSPECTED, REFUSED, LATER.minusNanos(1))).isEqualTo(Step.WAIT);
        assertThat(step(SUSPECTED, REFUSED, LATER)).isEqualTo(Step.MARK);
        assertThat(step(MARKED, REFUSED, LATER)).isEqualTo(Step.CONFIRM);
        assertThat(CheckDecision.of(SUSPECTED, REFUSED, NOW.plusNanos(1), LATER))
                .as("an earlier refusal does not count")
                .isEqualTo(Step.SUSPECT);
    }

    @Test
    void aRefusalThatLastsForADayMarksWhateverTheTimeOfTheLastOne() {
        Instant aDayLater = NOW.plus(CheckDecision.LONG_REFUSAL);
        TokenRecord refusedAgain =
                changed(SUSPECTED, next -> next.marks(CheckMarks.refused(SUSPECTED, aDayLater.minusSeconds(1))));

        assertThat(step(refusedAgain, REFUSED, aDayLater.minusNanos(1))).isEqualTo(Step.WAIT);
        assertThat(step(refusedAgain, REFUSED, aDayLater)).isEqualTo(Step.MARK);
        assertThat(CheckDecision.of(refusedAgain, REFUSED, Instant.MAX, aDayLater))
                .isEqualTo(Step.MARK);
        assertThat(CheckDecision.isLasting(FRESH, aDayLater)).isFalse();
    }

    @Test
    void anAcceptedTokenLosesItsMarks() {
        assertThat(step(FRESH, VALID, NOW)).isEqualTo(Step.NONE);
        assertThat(step(SUSPECTED, VALID, NOW)).isEqualTo(Step.ACCEPT);
        assertThat(step(MARKED, VALID, NOW)).isEqualTo(Step.ACCEPT);
    }

    @Test
    void anAnswerThatIsNotAboutTheGrantChangesNothing() {
        for (TokenRecord record : new TokenRecord[] {FRESH, SUSPECTED, MARKED}) {
            assertThat(step(record, Validation.failed(Verdict.UNKNOWN, Problem.NETWORK, ""), LATER))
                    .isEqualTo(Step.NONE);
            assertThat(step(record, Validation.failed(Verdict.UNKNOWN, Problem.GRANT_DEAD, ""), LATER))
                    .isEqualTo(Step.NONE);
            assertThat(step(record, Validation.failed(Verdict.UNUSABLE, Problem.APP_BLOCKED, ""), LATER))
                    .isEqualTo(Step.NONE);
            assertThat(step(record, Validation.failed(Verdict.REJECTED, Problem.CLIENT_REJECTED, ""), LATER))
                    .isEqualTo(Step.NONE);
        }
    }

    @Test
    void theProblemIsTheProvidersOrAnInvalidGrant() {
        assertThat(CheckDecision.end(REFUSED)).contains(Problem.GRANT_DEAD);
        assertThat(CheckDecision.end(Validation.failed(Verdict.REJECTED, Problem.GRANT_DEAD, "")))
                .contains(Problem.GRANT_DEAD);
        assertThat(CheckDecision.end(Validation.failed(Verdict.UNUSABLE, Problem.GRANT_EXPIRED, "")))
                .contains(Problem.GRANT_EXPIRED);
        assertThat(CheckDecision.end(VALID)).isEmpty();
    }

    @Test
    void marksOfOtherPartsStay() {
        TokenRecord warned = changed(FRESH, next -> next.marks(Map.of("expires-7-days", NOW)));
        TokenRecord suspected = changed(warned, next -> next.marks(CheckMarks.refused(warned, LATER)));
        assertThat(suspected.marks()).containsOnlyKeys("expires-7-days", "token-refused", "token-refused-since");
        assertThat(CheckMarks.invalid(suspected, LATER)).containsOnlyKeys("expires-7-days", "token-invalid");
        assertThat(CheckMarks.without(suspected)).isEqualTo(warned.marks());
    }
}
