package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.client.ClientHealth;
import dev.evertoken.internal.event.CapturedErrors;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RefreshAttemptTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final RefreshAttempt attempt = engine.attempt(ALICE);

    @Test
    void anAttemptHasItsAccountClientAndRequirement() {
        assertThat(attempt.key()).isEqualTo(ALICE);
        assertThat(attempt.cell()).isSameAs(engine.cell(ALICE));
        assertThat(attempt.client()).isSameAs(engine.client);
        assertThat(attempt.requirement()).isEqualTo(TokenRequirement.usable());
        assertThat(attempt.parent().held()).isEmpty();
        assertThat(attempt.claimId()).isEqualTo("claim-mine");
    }

    @Test
    void theStartOfAClaimIsThatOfItsFirstAttempt() {
        attempt.startClaim(7);
        attempt.startClaim(9);
        assertThat(attempt.claimedNanos()).isEqualTo(7);

        attempt.claimAnew();
        attempt.startClaim(11);
        assertThat(attempt.claimedNanos()).isEqualTo(11);
    }

    @Test
    void aWithheldAttemptIsRepeatedOnce() {
        assertThat(attempt.isWithheld()).isFalse();
        assertThat(attempt.claimAgainIfWithheld()).isFalse();

        attempt.holdBack();
        assertThat(attempt.isWithheld()).isTrue();
        assertThat(attempt.claimAgainIfWithheld()).isTrue();
        assertThat(attempt.isWithheld()).as("a new claim resets the flag").isFalse();

        attempt.holdBack();
        assertThat(attempt.claimAgainIfWithheld()).isFalse();
        assertThat(attempt.isWithheld()).isTrue();
    }

    @Test
    void onlyTheFirstStoreFailureIsReportedAsFirst() {
        assertThat(attempt.isFirstStoreFailure()).isTrue();
        assertThat(attempt.isFirstStoreFailure()).isFalse();
    }

    @Test
    void theWaitForAClaimIsMeasuredFromItsFirstObservation() {
        assertThat(attempt.waitedFor(claim("one"), 1_000)).isEqualTo(Duration.ZERO);
        assertThat(attempt.waitedFor(claim("one"), 1_700)).isEqualTo(Duration.ofNanos(700));
        assertThat(attempt.waitedFor(claim("two"), 2_000)).isEqualTo(Duration.ZERO);
        assertThat(attempt.waitedFor(claim("two"), 2_001)).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void theWaitForAnotherAccountIsMeasuredFromTheFirstPause() {
        assertThat(attempt.hasNotWaited()).isTrue();
        assertThat(attempt.waitedForOther(1_000)).isEqualTo(Duration.ZERO);
        assertThat(attempt.nextWait()).isZero();
        assertThat(attempt.hasNotWaited()).isFalse();
        assertThat(attempt.waitedForOther(1_500)).isEqualTo(Duration.ofNanos(500));
        assertThat(attempt.nextWait()).isEqualTo(1);
    }

    @Test
    void onlyAProbeEndsAProbeAndOnlyOnce() {
        ClientHealth health = engine.client.health();
        health.paused(engine.time.now(), Problem.RATE_LIMITED, "slow down", engine.time.now());
        assertThat(health.tryProbe(ALICE, engine.time.now())).isTrue();
        attempt.setProbe(false);
        attempt.endProbe();
        assertThat(health.tryProbe(ALICE, engine.time.now())).isFalse();

        attempt.setProbe(true);
        attempt.endProbe();
        assertThat(health.tryProbe(ALICE, engine.time.now())).isTrue();
        attempt.endProbe();
        assertThat(health.tryProbe(ALICE, engine.time.now())).isFalse();
    }

    @Test
    void aJournalSlotIsReservedOnceAndReleasedAtTheEnd() {
        assertThat(attempt.room(engine.journal)).isSameAs(attempt.room(engine.journal));
        assertThat(engine.journal.reserved()).isEqualTo(1);

        attempt.close();
        assertThat(engine.journal.reserved()).isZero();

        attempt.room(engine.journal);
        attempt.claimAnew();
        assertThat(engine.journal.reserved()).isZero();
    }

    @Test
    void closeActionsRunOnce() {
        List<String> closed = new ArrayList<>();
        attempt.onClose(() -> closed.add("one"));
        attempt.onClose(() -> closed.add("two"));

        attempt.close();
        attempt.close();

        assertThat(closed).containsExactly("one", "two");
    }

    @Test
    void aContinuedAttemptTakesOverTheClaimTheSlotAndTheCloseActions() {
        List<String> closed = new ArrayList<>();
        List<TokenEvent> events = new ArrayList<>();
        attempt.startClaim(7);
        attempt.room(engine.journal);
        attempt.onClose(() -> closed.add("one"));

        RefreshAttempt continued = attempt.continued(events::add);
        attempt.close();

        assertThat(closed).isEmpty();
        assertThat(engine.journal.reserved()).isEqualTo(1);
        assertThat(continued.claimId()).isEqualTo(attempt.claimId());
        assertThat(continued.claimedNanos()).isEqualTo(7);
        continued.tell(new TokenEvent.Disconnected(ALICE, Instant.EPOCH, Optional.empty()));
        assertThat(events).hasSize(1);
        continued.close();
        assertThat(closed).containsExactly("one");
        assertThat(engine.journal.reserved()).isZero();
    }

    @Test
    void anEventIsPassedToTheListenerOfTheCycle() {
        TokenEvent event = new TokenEvent.Disconnected(ALICE, Instant.EPOCH, Optional.empty());

        attempt.tell(event);

        assertThat(engine.events).containsExactly(event);
    }

    // ---- one refresh token under two accounts

    @Test
    void aRefreshTokenIsUsedByOneAccountAtATime() {
        RefreshTokenLock refreshTokenLock = new RefreshTokenLock();
        TokenRecord record = SampleRecords.record();
        RefreshAttempt bobs = engine.attempt(BOB);

        assertThat(refreshTokenLock.enter(attempt, record)).isTrue();
        assertThat(refreshTokenLock.enter(attempt, record))
                .as("a second call for the same account")
                .isTrue();
        assertThat(refreshTokenLock.enter(bobs, record)).isFalse();

        attempt.close();
        assertThat(refreshTokenLock.enter(bobs, record)).isTrue();
        assertThat(refreshTokenLock.enter(attempt, record)).isFalse();
    }

    @Test
    void accountsThatShareARefreshTokenAreLoggedOnce() {
        RefreshTokenLock refreshTokenLock = new RefreshTokenLock();
        assertThat(refreshTokenLock.enter(attempt, SampleRecords.record())).isTrue();
        try (CapturedErrors log = CapturedErrors.start()) {
            for (int cycle = 0; cycle < 100; cycle++) {
                assertThat(refreshTokenLock.enter(engine.attempt(BOB), SampleRecords.record()))
                        .isFalse();
            }

            assertThat(log.text().lines())
                    .singleElement()
                    .asString()
                    .endsWith("WARN dev.evertoken.refresh - google/alice: google/bob has the same refresh token;"
                            + " reconnect one of them with its own consent");
        }
    }

    @Test
    void accountsWithoutARefreshTokenDoNotWaitForEachOther() {
        RefreshTokenLock refreshTokenLock = new RefreshTokenLock();
        TokenRecord bare = SampleRecords.record()
                .next()
                .refreshTokenFingerprint(Optional.empty())
                .build(43, SampleRecords.NOW);

        assertThat(refreshTokenLock.enter(attempt, bare)).isTrue();
        assertThat(refreshTokenLock.enter(engine.attempt(BOB), bare)).isTrue();
    }

    private static Claim claim(String id) {
        return new Claim(id, "a peer", EngineFixture.CLAIM, Instant.EPOCH, Claim.Phase.SENT);
    }
}
