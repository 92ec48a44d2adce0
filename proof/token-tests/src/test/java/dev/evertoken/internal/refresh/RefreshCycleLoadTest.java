package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.store.journal.Journal;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Failures;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The first step of a cycle: the loaded record and the result for the caller. */
class RefreshCycleLoadTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    @Test
    void aFreshTokenInTheStoreIsReturnedWithoutACall() {
        TokenRecord record = engine.connect(ALICE);

        AccessToken token = engine.run(ALICE);

        assertThat(token.generation()).isEqualTo(1);
        assertThat(engine.cell(ALICE).fresh(engine.time.millis())).isEqualTo(token);
        assertThat(engine.record(ALICE)).isEqualTo(record);
        assertThat(engine.store.calls(LOAD)).isEqualTo(1);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aDisconnectedAccountIsNotServedFromMemory() {
        engine.connect(ALICE);
        engine.run(ALICE);
        engine.remove(ALICE);

        TokenException gone = engine.failure(ALICE);

        assertThat(gone.problem()).isEqualTo(Problem.NOT_CONNECTED);
        assertThat(gone.reconnectUrl()).contains(EngineParts.reconnectUrl(ALICE));
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isNull();
    }

    @Test
    void theGenerationOfADisconnectedAccountIsNotRestored() {
        TokenRecord first = engine.connect(ALICE);
        engine.peerSaves(ALICE);
        engine.run(ALICE);
        engine.remove(ALICE);
        engine.failure(ALICE);
        engine.store(first);

        assertThat(engine.run(ALICE).generation()).isEqualTo(1);
        assertThat(engine.record(ALICE)).isEqualTo(first);
    }

    @Test
    void aClaimIsWatchedFromTheStartAfterADisconnect() {
        engine.connect(ALICE);
        engine.untilDue();
        TokenRecord claimed = engine.peerClaims(ALICE);
        engine.run(ALICE);
        engine.remove(ALICE);
        engine.failure(ALICE);
        engine.untilEnded();
        engine.store(claimed);
        engine.time.meanwhile(() -> engine.peerSaves(ALICE));

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void anUnreadableRecordIsReportedWithItsReasonAndKey() {
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.NEWER_FORMAT);
        TokenException newer = engine.failure(ALICE);
        engine.peers.spoil(ALICE, Reason.CORRUPT);
        TokenException corrupt = engine.failure(ALICE);

        assertThat(newer.problem()).isEqualTo(Problem.RECORD_TOO_NEW);
        assertThat(corrupt.problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(corrupt.key()).contains(ALICE);
    }

    @Test
    void aRecordOfAnotherEnvironmentIsNeitherServedNorRefreshed() {
        engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        TokenException foreign = engine.failure(ALICE);

        assertThat(foreign.problem()).isEqualTo(Problem.ENVIRONMENT_MISMATCH);
        assertThat(foreign.key()).contains(ALICE);
    }

    @Test
    void aRecordOfAnotherClientIsNeitherServedNorRefreshed() {
        engine.store(ForeignRecords.ofAnotherClient(engine, ALICE));

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.CLIENT_MISMATCH);
    }

    @Test
    void aResponseInTheJournalOfThisHostIsSavedFirst() {
        TokenRecord first = engine.connect(ALICE);
        engine.untilEnded();
        TokenRecord second = engine.answered(first);
        engine.journal.entries.add(new Journal.Entry("left", "claim-of-an-ended-process", second));

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aGenerationLostByAStoreRollbackIsRestored() {
        TokenRecord first = engine.connect(ALICE);
        engine.peerSaves(ALICE);
        engine.run(ALICE);
        engine.store(first);

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aRefusalReportsTheRememberedFailureAndItsRetryTime() {
        engine.connect(ALICE);
        engine.untilEnded();
        Instant later = engine.time.now().plusSeconds(90);
        engine.change(engine.record(ALICE)
                .next()
                .failures(Failures.none().plus(Problem.NETWORK, later, "connection refused")));

        TokenException refused = engine.failure(ALICE);

        assertThat(refused).hasMessage("google/alice: connection refused");
        assertThat(refused.problem()).isEqualTo(Problem.NETWORK);
        assertThat(refused.retryAt()).contains(later);
    }

    @Test
    void aTokenWithAFailureIsServedUntilItsNextAttempt() {
        engine.connect(ALICE);
        engine.untilDue();
        Instant later = engine.time.now().plusSeconds(90);
        engine.change(engine.record(ALICE).next().failures(Failures.none().plus(Problem.NETWORK, later, "")));

        AccessToken token = engine.run(ALICE);

        assertThat(engine.cell(ALICE).fresh(later.toEpochMilli() - 1)).isEqualTo(token);
        assertThat(engine.cell(ALICE).fresh(later.toEpochMilli())).isNull();
        assertThat(engine.cell(ALICE).valid(later.toEpochMilli())).isEqualTo(token);
    }

    @Test
    void aValidTokenIsServedDuringAStoreOutageAndAnExpiredOneIsNot() {
        engine.connect(ALICE);
        AccessToken known = engine.run(ALICE);
        engine.store.down();
        engine.untilDue();
        assertThat(engine.run(ALICE)).isEqualTo(known);
        assertThat(engine.failure(ALICE, TokenRequirement.anew()).problem()).isEqualTo(Problem.STORE_UNAVAILABLE);

        engine.untilEnded();
        TokenException down = engine.failure(ALICE);
        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
    }

    @Test
    void aTokenIsCheckedInTheStoreAfterTheRecheckInterval() {
        engine.connect(ALICE);
        AccessToken token = engine.run(ALICE);
        long recheck = engine.time.millis() + EngineFixture.RECHECK.toMillis();

        assertThat(engine.cell(ALICE).fresh(recheck - 1)).isEqualTo(token);
        assertThat(engine.cell(ALICE).fresh(recheck)).isNull();
        assertThat(engine.cell(ALICE).valid(recheck + Duration.ofMinutes(1).toMillis()))
                .isEqualTo(token);
    }
}
