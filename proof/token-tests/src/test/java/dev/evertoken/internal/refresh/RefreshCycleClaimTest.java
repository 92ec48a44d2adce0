package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenOutcome;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.SecretPart;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The second step of a cycle: no call is made without a claim, and no claim is taken without need. */
class RefreshCycleClaimTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    @Test
    void theProviderIsCalledUnderAClaimInTheStore() {
        engine.connect(ALICE);
        engine.untilDue();
        List<Claim> claims = new ArrayList<>();
        engine.provider.calls(request -> {
            claims.add(engine.record(ALICE).claim().orElseThrow());
            return new TokenOutcome.Issued(engine.response());
        });

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);

        assertThat(claims).hasSize(1);
        assertThat(claims.get(0).owner()).isEqualTo("a process");
        assertThat(claims.get(0).deadline()).isEqualTo(engine.time.now().plus(EngineFixture.CLAIM));
        assertThat(engine.record(ALICE).claim()).isEmpty();
    }

    @Test
    void aProcessThatLosesTheClaimUsesTheTokensOfTheWinner() {
        engine.connect(ALICE);
        engine.untilDue();
        engine.peers.beforeAWrite(() -> engine.peerSaves(ALICE));

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aClaimIsRetriedAfterOneStoreFailure() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.store.next(COMPARE_AND_SET).failBefore();
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void anOwnClaimWhoseAcknowledgementWasLostIsUsed() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.store.next(COMPARE_AND_SET).failAfter();
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.store.calls(COMPARE_AND_SET))
                .as("one write for the claim and one for the response")
                .isEqualTo(2);
        assertThat(engine.store.calls(LOAD))
                .as("the load that found the claim is the last one")
                .isEqualTo(2);
    }

    @Test
    void aValidTokenIsServedIfTheStoreRejectsWrites() {
        engine.connect(ALICE);
        engine.untilDue();
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        AccessToken token = engine.run(ALICE);

        assertThat(token.generation()).isEqualTo(1);
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isEqualTo(token);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aStoreThatRejectsWritesIsReportedAfterTheTokenExpired() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        TokenException refused = engine.failure(ALICE);

        assertThat(refused.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(refused.key()).contains(ALICE);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aRecordThatCannotBeOpenedIsNotClaimed() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.change(engine.record(ALICE)
                .next()
                .secrets(new SecretPart.Clear("no tokens".getBytes(StandardCharsets.UTF_8))));

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(engine.store.calls(COMPARE_AND_SET)).isZero();
    }

    // ---- journal slots

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    void noCallIsMadeIfNoJournalSlotCanBeReservedForARotatedToken(RefreshModel model) {
        EngineFixture engine = EngineFixture.of(model);
        engine.connect(ALICE);
        engine.untilEnded();
        engine.journal.isFull();

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(engine.store.calls(COMPARE_AND_SET)).isZero();
    }

    @Test
    @Fault("O3")
    void aFullDiskOfTheJournalIsReportedWithARetryTimeAndNoCallIsMade() {
        EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
        engine.connect(ALICE);
        engine.untilEnded();
        engine.journal.hasNoSpace();

        TokenException full = engine.failure(ALICE);
        assertThat(full.problem()).isEqualTo(Problem.JOURNAL_FULL);
        assertThat(full.remedy()).isEqualTo(Remedy.RETRY);
        assertThat(full.retryAt()).contains(engine.time.now().plusSeconds(10));
        assertThat(engine.store.calls(COMPARE_AND_SET)).isZero();
    }

    @Test
    void aRepeatableResponseNeedsNoJournalSlot() {
        EngineFixture nonRotating = EngineFixture.of(RefreshModel.STATIC);
        nonRotating.connect(ALICE);
        nonRotating.untilEnded();
        nonRotating.journal.isFull();
        nonRotating.provider.responses(new TokenOutcome.Issued(nonRotating.accessTokenOnly()));

        assertThat(nonRotating.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void anUnusedJournalSlotIsReleased() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.responses(EngineFixture.unreachable());

        engine.failure(ALICE);

        assertThat(engine.journal.reserved()).isZero();
    }
}
