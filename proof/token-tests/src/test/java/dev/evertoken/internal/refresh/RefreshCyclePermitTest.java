package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.AccessToken;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.provider.TokenOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Between the claim and the first byte: whether the client is open and the claim is young enough for a call. */
class RefreshCyclePermitTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);

    // ---- a client that is suspended

    @Test
    void anInconclusiveProbeAllowsTheNextAccountToProbe() {
        expireBothAndMakeTheClientDueForAProbe();
        engine.provider.responses(EngineFixture.unreachable());
        engine.failure(ALICE);
        engine.providerResponses();

        assertThat(engine.run(BOB).generation()).isEqualTo(2);
        assertThat(engine.client.health().isOpen()).isTrue();
    }

    @Test
    void aProbeWithoutAClaimAllowsTheNextAccountToProbe() {
        expireBothAndMakeTheClientDueForAProbe();
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();
        engine.failure(ALICE);
        engine.providerResponses();

        assertThat(engine.run(BOB).generation()).isEqualTo(2);
    }

    @Test
    void aProbeThatLosesTheRaceForItsClaimProbesAgain() {
        expireBothAndMakeTheClientDueForAProbe();
        engine.store.next(COMPARE_AND_SET).conflict();
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aClientThatIsShutBetweenTheLoadAndTheCallIsNotCalled() {
        engine.connect(ALICE);
        engine.untilEnded();
        Instant until = engine.time.now().plusSeconds(30);
        engine.journal.beforeReserving(() ->
                engine.client.health().paused(until, Problem.RATE_LIMITED, "too many requests", engine.time.now()));

        TokenException refused = engine.failure(ALICE);

        assertThat(refused.problem()).isEqualTo(Problem.RATE_LIMITED);
        assertThat(refused.retryAt()).contains(until);
        assertThat(engine.provider.requests).isEmpty();
    }

    private void expireBothAndMakeTheClientDueForAProbe() {
        engine.connect(ALICE);
        engine.connect(BOB);
        engine.untilEnded();
        Instant now = engine.time.now();
        engine.client.health().paused(now.plusSeconds(30), Problem.RATE_LIMITED, "too many requests", now);
        engine.clock.advance(Duration.ofSeconds(30));
    }

    // ---- the age of a claim

    @Test
    void aClaimThatIsTooOldForTheCallIsReleasedAndTakenAgain() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peers.beforeAWrite(() -> engine.clock.advance(Duration.ofSeconds(26)));
        engine.providerResponses();
        engine.providerResponses();

        assertThat(engine.run(ALICE).generation()).isEqualTo(2);
        assertThat(engine.provider.requests).hasSize(2);
        assertThat(engine.record(ALICE).uncertain()).isZero();
    }

    @Test
    void noCallIsSentIfTheSecondClaimIsAlsoTooOld() {
        engine.connect(ALICE);
        engine.untilEnded();
        twoSlowCalls();

        TokenException late = engine.failure(ALICE);

        assertThat(late.problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(late).hasMessage("google/alice: nothing was sent: the claim is too old to be used");
        assertThat(late.retryAt()).contains(engine.time.now().plusSeconds(2));
        assertThat(engine.record(ALICE).claim()).isEmpty();
        assertThat(engine.record(ALICE).failures().count()).isZero();
    }

    @Test
    void aValidTokenIsReturnedIfTheCallIsTooLate() {
        engine.connect(ALICE);
        engine.untilDue();
        twoSlowCalls();

        AccessToken token = engine.run(ALICE);

        long nextCheck = engine.time.millis() + 2_000;
        assertThat(token.generation()).isEqualTo(1);
        assertThat(engine.cell(ALICE).fresh(nextCheck - 1)).isEqualTo(token);
        assertThat(engine.cell(ALICE).fresh(nextCheck)).isNull();
    }

    private void twoSlowCalls() {
        for (int i = 0; i < 2; i++) {
            engine.provider.calls(request -> {
                engine.clock.advance(Duration.ofSeconds(26));
                return request.permit().maySend() ? new TokenOutcome.Issued(engine.response()) : ProviderCall.TOO_LATE;
            });
        }
    }

    @Test
    void aCallWithoutAClaimIsNeverTooLate() {
        EngineFixture costly = EngineFixture.of(RefreshModel.STATIC);
        costly.peers.isCostly();
        costly.connect(ALICE);
        costly.untilEnded();
        costly.provider.calls(request -> {
            costly.clock.advance(Duration.ofMinutes(5));
            return request.permit().maySend()
                    ? new TokenOutcome.Issued(costly.response(costly.response().accessToken(), Optional.empty()))
                    : ProviderCall.TOO_LATE;
        });

        assertThat(costly.run(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void noCallIsSentAfterClosing() {
        engine.connect(ALICE);
        engine.untilEnded();
        engine.peers.beforeAWrite(() -> engine.parts.closing().complete(null));
        engine.providerResponses();

        assertThat(engine.failure(ALICE).problem()).isEqualTo(Problem.WAIT_TIMEOUT);
        assertThat(engine.provider.requests).hasSize(1);
        assertThat(engine.record(ALICE).claim()).isEmpty();
    }
}
