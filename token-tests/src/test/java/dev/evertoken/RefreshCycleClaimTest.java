package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Claim;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.SecretPart;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.RefreshOutcome;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The second step of a cycle: nobody is called without a claim, and no claim is taken in vain. */
class RefreshCycleClaimTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);

    @Test
    void theProviderIsCalledUnderAClaimThatPeersCanSee() {
        bench.connect(ALICE);
        bench.untilDue();
        List<Claim> claims = new ArrayList<>();
        bench.provider.calls(request -> {
            claims.add(bench.record(ALICE).claim().orElseThrow());
            return new RefreshOutcome.Answered(bench.answer());
        });

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);

        assertThat(claims).hasSize(1);
        assertThat(claims.get(0).owner()).isEqualTo("a process");
        assertThat(claims.get(0).deadline()).isEqualTo(bench.time.now().plus(EngineBench.CLAIM));
        assertThat(bench.record(ALICE).claim()).isEmpty();
    }

    @Test
    void whoLosesTheClaimGoesByWhatTheWinnerBrought() {
        bench.connect(ALICE);
        bench.untilDue();
        bench.shelf.beforeAWrite(() -> bench.peerSaves(ALICE));

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aStoreThatFailsOnceIsAskedAgain() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.store.next(COMPARE_AND_SET).failsBefore();
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void anOwnClaimWhoseAcknowledgementWasLostIsUsed() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.store.next(COMPARE_AND_SET).failsAfter();
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.store.calls(COMPARE_AND_SET)).as("one claim, one save").isEqualTo(2);
        assertThat(bench.store.calls(LOAD))
                .as("the look that found the claim is the last one")
                .isEqualTo(2);
    }

    @Test
    void aStoreThatTakesNoWritesLetsAValidTokenBeServedAndRemembered() {
        bench.connect(ALICE);
        bench.untilDue();
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();

        AccessToken token = bench.run(ALICE);

        assertThat(token.generation()).isEqualTo(1);
        assertThat(bench.cell(ALICE).valid(bench.time.millis())).isEqualTo(token);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void aStoreThatTakesNoWritesIsTheProblemOnceTheTokenHasEnded() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();

        TokenException refused = bench.failure(ALICE);

        assertThat(refused.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(refused.key()).contains(ALICE);
        assertThat(bench.provider.requests).isEmpty();
    }

    @Test
    void whatCannotBeOpenedIsNotClaimed() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.change(
                bench.record(ALICE).next().secrets(new SecretPart.Clear("no tokens".getBytes(StandardCharsets.UTF_8))));

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(bench.store.calls(COMPARE_AND_SET)).isZero();
    }

    // ---- room in the journal

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    void withoutRoomForThePreciousAnswerNobodyIsCalled(RefreshModel model) {
        EngineBench precious = EngineBench.of(model);
        precious.connect(ALICE);
        precious.untilEnded();
        precious.journal.isFull();

        assertThat(precious.failure(ALICE).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(precious.store.calls(COMPARE_AND_SET)).isZero();
    }

    @Test
    void anAnswerThatCanBeHadAgainNeedsNoRoom() {
        EngineBench cheap = EngineBench.of(RefreshModel.STATIC);
        cheap.connect(ALICE);
        cheap.untilEnded();
        cheap.journal.isFull();
        cheap.provider.answers(new RefreshOutcome.Answered(cheap.accessTokenOnly()));

        assertThat(cheap.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void roomThatIsNotNeededIsGivenBack() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.provider.answers(EngineBench.unreachable());

        bench.failure(ALICE);

        assertThat(bench.journal.reserved()).isZero();
    }
}
