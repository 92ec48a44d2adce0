package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import dev.evertoken.store.Journal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The first step of a cycle: what is there, and what it means for whoever asks. */
class RefreshCycleLoadTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);

    @Test
    void aFreshTokenInTheStoreIsAllThatIsNeeded() {
        TokenRecord record = bench.connect(ALICE);

        AccessToken token = bench.run(ALICE);

        assertThat(token.generation()).isEqualTo(1);
        assertThat(bench.cell(ALICE).fresh(bench.time.millis())).isEqualTo(token);
        assertThat(bench.record(ALICE)).isEqualTo(record);
        assertThat(bench.store.calls(LOAD)).isEqualTo(1);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void anAccountThatIsGoneIsNotServedFromMemory() {
        bench.connect(ALICE);
        bench.run(ALICE);
        bench.remove(ALICE);

        TokenException gone = bench.failure(ALICE);

        assertThat(gone.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(gone.reconnectUrl()).contains(Workshops.reconnectUrl(ALICE));
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isNull();
    }

    @Test
    void whatWasKnownOfAnAccountThatIsGoneIsNotGivenBackToTheStore() {
        TokenRecord first = bench.connect(ALICE);
        bench.peerSaves(ALICE);
        bench.run(ALICE);
        bench.remove(ALICE);
        bench.failure(ALICE);
        bench.store(first);

        assertThat(bench.run(ALICE).generation()).isEqualTo(1);
        assertThat(bench.record(ALICE)).isEqualTo(first);
    }

    @Test
    void aClaimOfAnAccountThatWasGoneIsWatchedAnew() {
        bench.connect(ALICE);
        bench.untilDue();
        TokenRecord claimed = bench.peerClaims(ALICE);
        bench.run(ALICE);
        bench.remove(ALICE);
        bench.failure(ALICE);
        bench.untilEnded();
        bench.store(claimed);
        bench.time.meanwhile(() -> bench.peerSaves(ALICE));

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadSaysWhyAndWhose() {
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.NEWER_FORMAT);
        TokenException newer = bench.failure(ALICE);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);
        TokenException corrupt = bench.failure(ALICE);

        assertThat(newer.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(corrupt.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(corrupt.key()).contains(ALICE);
    }

    @Test
    void aRecordOfAnotherStageIsNeitherServedNorRefreshed() {
        bench.store(Strangers.ofAnotherStage(bench, ALICE));

        TokenException foreign = bench.failure(ALICE);

        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.key()).contains(ALICE);
    }

    @Test
    void aRecordOfAnotherClientIsNeitherServedNorRefreshed() {
        bench.store(Strangers.ofAnotherClient(bench, ALICE));

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.CLIENT_MISMATCH);
    }

    @Test
    void whatThisHostStillHoldsIsSavedBeforeAnythingIsDecided() {
        TokenRecord first = bench.connect(ALICE);
        bench.untilEnded();
        TokenRecord second = bench.answered(first);
        bench.journal.entries.add(new Journal.Entry("left", "claim-of-a-dead-process", second));

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aStoreThatHasGoneBackIsGivenBackWhatItForgot() {
        TokenRecord first = bench.connect(ALICE);
        bench.peerSaves(ALICE);
        bench.run(ALICE);
        bench.store(first);

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aRefusalTellsWhatIsRememberedAndUntilWhen() {
        bench.connect(ALICE);
        bench.untilEnded();
        Instant later = bench.time.now().plusSeconds(90);
        bench.change(bench.record(ALICE)
                .next()
                .failures(Failures.none().plus(Problem.NETWORK, later, "connection refused")));

        TokenException refused = bench.failure(ALICE);

        assertThat(refused).hasMessage("google/alice: connection refused");
        assertThat(refused.problem()).isEqualTo(Problem.NETWORK);
        assertThat(refused.retryAt()).contains(later);
    }

    @Test
    void aTokenThatMustWaitIsServedAndLookedAtAgainThen() {
        bench.connect(ALICE);
        bench.untilDue();
        Instant later = bench.time.now().plusSeconds(90);
        bench.change(bench.record(ALICE).next().failures(Failures.none().plus(Problem.NETWORK, later, "")));

        AccessToken token = bench.run(ALICE);

        assertThat(bench.cell(ALICE).fresh(later.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(bench.cell(ALICE).fresh(later.toEpochMilli())).isNull();
        assertThat(bench.cell(ALICE).valid(later.toEpochMilli())).isEqualTo(token);
    }

    @Test
    void whileTheStoreIsDownAKnownTokenIsServedAndAnEndedOneIsNot() {
        bench.connect(ALICE);
        AccessToken known = bench.run(ALICE);
        bench.store.down();
        bench.untilDue();
        assertThat(bench.run(ALICE)).isEqualTo(known);
        assertThat(bench.failure(ALICE, Ask.anew()).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        bench.untilEnded();
        TokenException down = bench.failure(ALICE);
        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
    }

    @Test
    void aTokenThatTheStoreHasNotBeenAskedAboutForAWhileIsLookedAtAgain() {
        bench.connect(ALICE);
        AccessToken token = bench.run(ALICE);
        long recheck = bench.time.millis() + EngineBench.RECHECK.toMillis();

        assertThat(bench.cell(ALICE).fresh(recheck - 1)).isEqualTo(token);
        assertThat(bench.cell(ALICE).fresh(recheck)).isNull();
        assertThat(bench.cell(ALICE).valid(recheck + Duration.ofMinutes(1).toMillis()))
                .isEqualTo(token);
    }
}
