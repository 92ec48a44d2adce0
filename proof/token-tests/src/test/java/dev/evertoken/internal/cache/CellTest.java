package dev.evertoken.internal.cache;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.cache.TokenCache.Cell;
import dev.evertoken.internal.cache.TokenCache.Snapshot;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Schedule;
import dev.evertoken.model.Secret;
import dev.evertoken.spi.provider.DialectContext.TokenOf;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The cache cell of one account: which of two tokens is kept, and until when it is fresh or valid. */
class CellTest {

    private static final Duration SKEW = Duration.ofSeconds(2);
    private static final Instant DUE = NOW.plus(Duration.ofMinutes(45));
    private static final Instant END = NOW.plus(Duration.ofHours(1));

    private final Cell cell = new TokenCache(1).cell(ALICE);

    @Test
    void anEmptyCellHasNoToken() {
        assertThat(cell.key()).isEqualTo(ALICE);
        assertThat(cell.fresh(NOW.toEpochMilli())).isNull();
        assertThat(cell.valid(NOW.toEpochMilli())).isNull();
        assertThat(cell.fresh(Long.MIN_VALUE)).isNull();
        assertThat(cell.tokenOf()).isEqualTo(TokenOf.USER);

        cell.lookAgainAt(END);
        assertThat(cell.fresh(NOW.toEpochMilli())).isNull();
    }

    @Test
    void aTokenIsFreshUntilItIsDueAndValidUntilItExpires() {
        AccessToken token = publish("grant-1", NOW, 1);

        assertThat(cell.fresh(at(DUE) - 1)).isEqualTo(token);
        assertThat(cell.fresh(at(DUE))).isNull();
        assertThat(cell.valid(at(END) - 1)).isEqualTo(token);
        assertThat(cell.valid(at(END))).isNull();
    }

    @Test
    void aTokenFromTheFutureIsNotUsed() {
        AccessToken token = publish("grant-1", NOW, 1);

        assertThat(cell.fresh(at(NOW.minus(SKEW)))).isEqualTo(token);
        assertThat(cell.fresh(at(NOW.minus(SKEW)) - 1)).isNull();
        assertThat(cell.valid(at(NOW.minus(SKEW)))).isEqualTo(token);
        assertThat(cell.valid(at(NOW.minus(SKEW)) - 1)).isNull();
    }

    @Test
    void anOlderGenerationDoesNotReplaceANewerOne() {
        AccessToken second = publish("grant-1", NOW, 2);
        publish("grant-1", NOW, 1);
        assertThat(known()).isEqualTo(second);

        AccessToken again = publish("grant-1", NOW, 2);
        assertThat(known()).isSameAs(again).isNotSameAs(second);
        AccessToken third = publish("grant-1", NOW, 3);
        assertThat(known()).isEqualTo(third);
    }

    @Test
    void anEarlierConsentDoesNotReplaceALaterOneOfALowerGeneration() {
        AccessToken later = publish("grant-2", NOW.plusSeconds(1), 1);
        publish("grant-1", NOW, 9);
        assertThat(known()).isEqualTo(later);

        AccessToken latest = publish("grant-3", NOW.plusSeconds(1), 1);
        assertThat(known())
                .as("the token that was published last, of two consents at the same time")
                .isEqualTo(latest);
    }

    @Test
    void theNextCheckIsPostponedButNotBeyondTheExpiry() {
        AccessToken token = publish("grant-1", NOW, 1);
        cell.lookAgainAt(DUE.plusSeconds(30));
        assertThat(cell.fresh(at(DUE.plusSeconds(30)) - 1)).isEqualTo(token);
        assertThat(cell.fresh(at(DUE.plusSeconds(30)))).isNull();

        cell.lookAgainAt(END.plusSeconds(30));
        assertThat(cell.fresh(at(END) - 1)).isEqualTo(token);
        assertThat(cell.fresh(at(END))).isNull();
        assertThat(cell.valid(at(END) - 1)).isEqualTo(token);
    }

    @Test
    void aTokenIsForgottenOnlyWithItsOwnGrant() {
        AccessToken token = publish("grant-1", NOW, 1);
        cell.forget("grant-2");
        assertThat(known()).isEqualTo(token);

        cell.forget("grant-1");
        assertThat(known()).isNull();
        publish("grant-1", NOW, 1);
        cell.forget();
        assertThat(known()).isNull();
    }

    @Test
    void anyTokenIsAcceptedAfterForgetting() {
        publish("grant-2", NOW.plusSeconds(1), 5);
        cell.forget();

        assertThat(publish("grant-1", NOW, 1)).isEqualTo(known());
    }

    @Test
    void aTokenOfALaterGenerationThanItsRecordIsForgotten() {
        TokenRecord second = SampleRecords.record().next().generation(2).build(43, NOW);
        cell.goBackTo(second);
        AccessToken otherGrant = publish("grant-0", NOW.minusSeconds(1), 9);
        cell.goBackTo(second);
        assertThat(known()).isEqualTo(otherGrant);

        AccessToken same = publish("grant-1", NOW, 2);
        cell.goBackTo(second);
        assertThat(known()).isEqualTo(same);

        publish("grant-1", NOW, 3);
        cell.goBackTo(second);
        assertThat(known()).isNull();
    }

    @Test
    void aValidTokenOfALaterGenerationOrConsentIsNewerThanARecord() {
        TokenRecord second = SampleRecords.record().next().generation(2).build(43, NOW);
        assertThat(cell.knowsLaterThan(second, at(NOW))).isFalse();
        publish("grant-1", NOW, 2);
        assertThat(cell.knowsLaterThan(second, at(NOW)))
                .as("the same generation")
                .isFalse();

        publish("grant-1", NOW, 3);
        assertThat(cell.knowsLaterThan(second, at(END) - 1)).isTrue();
        assertThat(cell.knowsLaterThan(second, at(END))).as("an expired token").isFalse();

        cell.forget();
        publish("grant-0", NOW.minusMillis(1), 9);
        assertThat(cell.knowsLaterThan(second, at(NOW))).isFalse();
        cell.forget();
        publish("grant-0", NOW, 9);
        assertThat(cell.knowsLaterThan(second, at(NOW)))
                .as("consents at the same time")
                .isFalse();
        publish("grant-2", NOW.plusMillis(1), 1);
        assertThat(cell.knowsLaterThan(second, at(NOW))).isTrue();
        assertThat(cell.knowsLaterThan(second, at(END))).as("an expired token").isFalse();
    }

    @Test
    void aTokenWithoutAnExpiryIsFreshUntilTheNextCheck() {
        TokenRecord endless = SampleRecords.of(RefreshModel.NON_EXPIRING);
        AccessToken token = token("grant-1", 1);
        cell.publish(new Snapshot(token, TokenOf.APP, NOW, at(NOW), at(DUE), Schedule.NEVER.toEpochMilli()));

        assertThat(cell.valid(Long.MAX_VALUE - 1)).isEqualTo(token);
        assertThat(cell.fresh(at(DUE))).isNull();
        assertThat(cell.tokenOf()).isEqualTo(TokenOf.APP);
        assertThat(Snapshot.of(endless, token, SKEW, END.plusSeconds(9)).refreshAt())
                .as("the next check is not due after the expiry")
                .isEqualTo(at(END));
    }

    // ---- doubts

    @Test
    @Fault("O6")
    void aDoubtedTokenIsValidAndNotFresh() {
        AccessToken token = publish("grant-1", NOW, 1);

        cell.doubt();

        assertThat(cell.isDoubted()).isTrue();
        assertThat(cell.fresh(at(NOW))).isNull();
        assertThat(cell.valid(at(NOW))).isEqualTo(token);
        assertThat(cell.freshOrDoubted(at(DUE) - 1)).isEqualTo(token);
        assertThat(cell.freshOrDoubted(at(DUE))).isNull();
        assertThat(cell.isDue(at(DUE) - 1)).isFalse();
        assertThat(cell.isDue(at(DUE))).isTrue();
    }

    @Test
    @Fault("O6")
    void theRecordOfItsGrantEndsADoubt() {
        TokenRecord record = SampleRecords.of(RefreshModel.ROTATING);
        AccessToken token = publish(record.grant().id(), NOW, record.generation());
        cell.doubt();

        cell.confirm(record, DUE.minusSeconds(9));

        assertThat(cell.isDoubted()).isFalse();
        assertThat(cell.fresh(at(DUE) - 9_001)).isEqualTo(token);
        assertThat(cell.fresh(at(DUE) - 9_000)).isNull();
    }

    @Test
    @Fault("O6")
    void theRecordOfAnotherGrantEndsTheToken() {
        publish("grant-of-another-login", NOW, 1);
        cell.doubt();

        cell.confirm(SampleRecords.of(RefreshModel.ROTATING), DUE);

        assertThat(known()).isNull();
        assertThat(cell.isDoubted()).isFalse();
    }

    @Test
    void theRecordOfAnotherGenerationMakesTheTokenDue() {
        TokenRecord record = SampleRecords.of(RefreshModel.ROTATING);
        AccessToken token = publish(record.grant().id(), NOW, record.generation() + 1);
        cell.doubt();

        cell.confirm(record, DUE);

        assertThat(cell.isDoubted()).isFalse();
        assertThat(cell.fresh(at(NOW))).isNull();
        assertThat(cell.isDue(at(NOW))).isTrue();
        assertThat(known()).isEqualTo(token);
    }

    @Test
    void anotherTimeOfTheNextCheckEndsNoDoubt() {
        publish("grant-1", NOW, 1);
        cell.doubt();

        cell.lookAgainAt(NOW.plusSeconds(9));

        assertThat(cell.isDoubted()).isTrue();
        assertThat(cell.isDue(at(NOW.plusSeconds(9)))).isTrue();
    }

    @Test
    @Fault("O6")
    void aPublishedTokenIsDoubtedOnlyIfAllWereDoubtedSinceItsRecordWasRead() {
        TokenCache cache = new TokenCache(1);
        Cell one = cache.cell(ALICE);
        long before = one.doubts();
        cache.doubtAll();
        publishTo(one, token("grant-1", 1), NOW);
        assertThat(one.isDoubted()).isFalse();

        one.doubtSince(one.doubts());
        assertThat(one.isDoubted()).isFalse();
        one.doubtSince(before);
        assertThat(one.isDoubted()).isTrue();
    }

    @Test
    void anEmptyCellIsNotDoubted() {
        cell.doubt();

        assertThat(cell.isDoubted()).isFalse();
        assertThat(known()).isNull();
    }

    private AccessToken publish(String grant, Instant consentedAt, long generation) {
        AccessToken token = token(grant, generation);
        publishTo(cell, token, consentedAt);
        return token;
    }

    private static void publishTo(Cell cell, AccessToken token, Instant consentedAt) {
        cell.publish(new Snapshot(token, TokenOf.USER, consentedAt, at(NOW.minus(SKEW)), at(DUE), at(END)));
    }

    private AccessToken known() {
        return cell.valid(at(NOW));
    }

    private static AccessToken token(String grant, long generation) {
        return new AccessToken(Secret.of(TestTokens.access()), "Bearer", Optional.of(END), grant, generation);
    }

    private static long at(Instant moment) {
        return moment.toEpochMilli();
    }
}
