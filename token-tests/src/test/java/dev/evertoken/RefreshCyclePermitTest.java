package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.RefreshOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Between the claim and the first byte: whether the client may be called, and whether it is still time to. */
class RefreshCyclePermitTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);

    // ---- a client that is shut

    @Test
    void aProbeThatTellsNothingLetsTheNextAccountProbe() {
        bothEndedAndTheClientDueForAProbe();
        bench.provider.answers(EngineBench.unreachable());
        bench.failure(ALICE);
        bench.providerAnswers();

        assertThat(bench.run(BOB).generation()).isEqualTo(2);
        assertThat(bench.client.health().isOpen()).isTrue();
    }

    @Test
    void aProbeThatDoesNotGetItsClaimLetsTheNextAccountProbe() {
        bothEndedAndTheClientDueForAProbe();
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();
        bench.failure(ALICE);
        bench.providerAnswers();

        assertThat(bench.run(BOB).generation()).isEqualTo(2);
    }

    @Test
    void aProbeThatLosesTheRaceForItsClaimProbesAgain() {
        bothEndedAndTheClientDueForAProbe();
        bench.store.next(COMPARE_AND_SET).conflicts();
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aClientThatIsShutBetweenTheLookAndTheCallIsNotCalled() {
        bench.connect(ALICE);
        bench.untilEnded();
        Instant until = bench.time.now().plusSeconds(30);
        bench.journal.beforeReserving(
                () -> bench.client.health().paused(until, Problem.RATE_LIMITED, "too many requests"));

        TokenException shut = bench.failure(ALICE);

        assertThat(shut.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(shut.retryAt()).contains(until);
        assertThat(bench.provider.requests).isEmpty();
    }

    private void bothEndedAndTheClientDueForAProbe() {
        bench.connect(ALICE);
        bench.connect(BOB);
        bench.untilEnded();
        bench.client.health().paused(bench.time.now().plusSeconds(30), Problem.RATE_LIMITED, "too many requests");
        bench.clock.advance(Duration.ofSeconds(30));
    }

    // ---- the age of a claim

    @Test
    void aClaimThatGrewTooOldBeforeTheCallIsGivenBackAndTakenAnew() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.shelf.beforeAWrite(() -> bench.clock.advance(Duration.ofSeconds(26)));
        bench.providerAnswers();
        bench.providerAnswers();

        assertThat(bench.run(ALICE).generation()).isEqualTo(2);
        assertThat(bench.provider.requests).hasSize(2);
        assertThat(bench.record(ALICE).uncertain()).isZero();
    }

    @Test
    void nothingIsSentUnderAClaimThatIsTooOldTwice() {
        bench.connect(ALICE);
        bench.untilEnded();
        slowTwice();

        TokenException late = bench.failure(ALICE);

        assertThat(late.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(late).hasMessage("google/alice: nothing was sent: the claim is too old to be used");
        assertThat(late.retryAt()).contains(bench.time.now().plusSeconds(2));
        assertThat(bench.record(ALICE).claim()).isEmpty();
        assertThat(bench.record(ALICE).failures().count()).isZero();
    }

    @Test
    void whatWasNotSentInTimeCostsNobodyAValidToken() {
        bench.connect(ALICE);
        bench.untilDue();
        slowTwice();

        AccessToken token = bench.run(ALICE);

        long again = bench.time.millis() + 2_000;
        assertThat(token.generation()).isEqualTo(1);
        assertThat(bench.cell(ALICE).fresh(again - 1)).isEqualTo(token);
        assertThat(bench.cell(ALICE).fresh(again)).isNull();
    }

    private void slowTwice() {
        for (int i = 0; i < 2; i++) {
            bench.provider.calls(request -> {
                bench.clock.advance(Duration.ofSeconds(26));
                return request.permit().maySend() ? new RefreshOutcome.Answered(bench.answer()) : ProviderCall.TOO_LATE;
            });
        }
    }

    @Test
    void whatNeedsNoClaimIsNeverTooLate() {
        EngineBench costly = EngineBench.of(RefreshModel.STATIC);
        costly.shelf.isCostly();
        costly.connect(ALICE);
        costly.untilEnded();
        costly.provider.calls(request -> {
            costly.clock.advance(Duration.ofMinutes(5));
            return request.permit().maySend()
                    ? new RefreshOutcome.Answered(costly.answer(costly.answer().accessToken(), Optional.empty()))
                    : ProviderCall.TOO_LATE;
        });

        assertThat(costly.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void whoeverClosesSendsNothing() {
        bench.connect(ALICE);
        bench.untilEnded();
        bench.shelf.beforeAWrite(() -> bench.workshop.closing().complete(null));
        bench.providerAnswers();

        assertThat(bench.failure(ALICE).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(bench.provider.requests).hasSize(1);
        assertThat(bench.record(ALICE).claim()).isEmpty();
    }
}
