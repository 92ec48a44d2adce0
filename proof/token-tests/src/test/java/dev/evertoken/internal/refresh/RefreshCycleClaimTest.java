package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
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

/** The second step of a cycle: nobody is called without a claim, and no claim is taken in vain. */
class RefreshCycleClaimTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    @Test
    void theProviderIsCalledUnderAClaimThatPeersCanSee() {
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
    void whoLosesTheClaimGoesByWhatTheWinnerBrought() {
        engine.connect(ALICE);
        engine.untilDue();
        engine.peers.beforeAWrite(() -> engine.peerSaves(ALICE));

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aStoreThatFailsOnceIsAskedAgain() {
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
                .as("one claim, one save")
                .isEqualTo(2);
        assertThat(engine.store.calls(LOAD))
                .as("the look that found the claim is the last one")
                .isEqualTo(2);
    }

    @Test
    void aStoreThatTakesNoWritesLetsAValidTokenBeServedAndRemembered() {
        engine.connect(ALICE);
        engine.untilDue();
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        AccessToken token = engine.run(ALICE);

        assertThat(token.generation()).isEqualTo(1);
        assertThat(engine.cell(ALICE).valid(engine.time.millis())).isEqualTo(token);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void aStoreThatTakesNoWritesIsTheProblemOnceTheTokenHasEnded() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        TokenException refused = engine.failure(ALICE);

        assertThat(refused.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(refused.key()).contains(ALICE);
        assertThat(engine.provider.requests).isEmpty();
    }

    @Test
    void whatCannotBeOpenedIsNotClaimed() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.change(engine.record(ALICE)
                .next()
                .secrets(new SecretPart.Clear("no tokens".getBytes(StandardCharsets.UTF_8))));

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.RECORD_UNREADABLE);
        assertThat(engine.store.calls(COMPARE_AND_SET)).isZero();
    }

    // ---- room in the journal

    @ParameterizedTest
    @EnumSource(names = {"ROTATING", "EXTENDING"})
    void withoutRoomForThePreciousResponseNobodyIsCalled(RefreshModel model) {
        EngineFixture precious = EngineFixture.of(model);
        precious.connect(ALICE);
        precious.untilEnded();
        precious.journal.isFull();

        assertThat(precious.failure(ALICE).problem()).isEqualTo(Problem.JOURNAL_UNAVAILABLE);
        assertThat(precious.store.calls(COMPARE_AND_SET)).isZero();
    }

    @Test
    void aResponseThatCanBeHadAgainNeedsNoRoom() {
        EngineFixture cheap = EngineFixture.of(RefreshModel.STATIC);
        cheap.connect(ALICE);
        cheap.untilEnded();
        cheap.journal.isFull();
        cheap.provider.responses(new TokenOutcome.Issued(cheap.accessTokenOnly()));

        assertThat(cheap.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void roomThatIsNotNeededIsGivenBack() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.provider.responses(EngineFixture.unreachable());

        engine.failure(ALICE);

        assertThat(engine.journal.reserved()).isZero();
    }
}
