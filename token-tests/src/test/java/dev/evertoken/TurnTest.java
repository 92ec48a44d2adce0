package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Claim;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TurnTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Turn turn = bench.turn(ALICE);

    @Test
    void aTurnKnowsForWhomItIs() {
        assertThat(turn.key()).isEqualTo(ALICE);
        assertThat(turn.cell()).isSameAs(bench.cell(ALICE));
        assertThat(turn.client()).isSameAs(bench.client);
        assertThat(turn.ask()).isEqualTo(Ask.usable());
        assertThat(turn.parent().held()).isEmpty();
        assertThat(turn.claimId()).isEqualTo("claim-mine");
    }

    @Test
    void theFirstTryForAClaimCountsSinceItMayHaveSucceeded() {
        turn.isClaiming(7);
        turn.isClaiming(9);
        assertThat(turn.claimedNanos()).isEqualTo(7);

        turn.claimAnew();
        turn.isClaiming(11);
        assertThat(turn.claimedNanos()).isEqualTo(11);
    }

    @Test
    void whatIsHeldBackIsTriedAgainOnce() {
        assertThat(turn.isWithheld()).isFalse();
        assertThat(turn.isWithheldFirst()).isFalse();

        turn.isHeldBack();
        assertThat(turn.isWithheld()).isTrue();
        assertThat(turn.isWithheldFirst()).isTrue();
        assertThat(turn.isWithheld()).as("a new claim is a new chance").isFalse();

        turn.isHeldBack();
        assertThat(turn.isWithheldFirst()).isFalse();
        assertThat(turn.isWithheld()).isTrue();
    }

    @Test
    void aStoreFailureIsTheFirstOneOnce() {
        assertThat(turn.storeFailedFirst()).isTrue();
        assertThat(turn.storeFailedFirst()).isFalse();
    }

    @Test
    void theWaitForOneClaimIsCountedFromItsFirstSight() {
        assertThat(turn.waitedFor(claim("one"), 1_000)).isEqualTo(Duration.ZERO);
        assertThat(turn.waitedFor(claim("one"), 1_700)).isEqualTo(Duration.ofNanos(700));
        assertThat(turn.waitedFor(claim("two"), 2_000)).isEqualTo(Duration.ZERO);
        assertThat(turn.waitedFor(claim("two"), 2_001)).isEqualTo(Duration.ofNanos(1));
    }

    @Test
    void theWaitForAnotherAccountIsCountedFromTheFirstPause() {
        assertThat(turn.hasNotWaited()).isTrue();
        assertThat(turn.waitedForOther(1_000)).isEqualTo(Duration.ZERO);
        assertThat(turn.nextWait()).isZero();
        assertThat(turn.hasNotWaited()).isFalse();
        assertThat(turn.waitedForOther(1_500)).isEqualTo(Duration.ofNanos(500));
        assertThat(turn.nextWait()).isEqualTo(1);
    }

    @Test
    void callsAreCounted() {
        assertThat(turn.calls()).isZero();
        assertThat(turn.nextCall()).isEqualTo(1);
        assertThat(turn.nextCall()).isEqualTo(2);
        assertThat(turn.calls()).isEqualTo(2);
    }

    @Test
    void onlyAProbeEndsAProbeAndOnlyOnce() {
        ClientHealth health = bench.client.health();
        health.paused(bench.time.now(), Problem.RATE_LIMITED, "slow down");
        assertThat(health.tryProbe(bench.time.now())).isTrue();
        turn.probes(false);
        turn.endsProbe();
        assertThat(health.tryProbe(bench.time.now())).isFalse();

        turn.probes(true);
        turn.endsProbe();
        assertThat(health.tryProbe(bench.time.now())).isTrue();
        turn.endsProbe();
        assertThat(health.tryProbe(bench.time.now())).isFalse();
    }

    @Test
    void roomInTheJournalIsTakenOnceAndGivenBackAtTheEnd() {
        assertThat(turn.room(bench.journal)).isSameAs(turn.room(bench.journal));
        assertThat(bench.journal.reserved()).isEqualTo(1);

        turn.close();
        assertThat(bench.journal.reserved()).isZero();

        turn.room(bench.journal);
        turn.claimAnew();
        assertThat(bench.journal.reserved()).isZero();
    }

    @Test
    void whatWasTakenIsUndoneOnce() {
        List<String> undone = new ArrayList<>();
        turn.atTheEnd(() -> undone.add("one"));
        turn.atTheEnd(() -> undone.add("two"));

        turn.close();
        turn.close();

        assertThat(undone).containsExactly("one", "two");
    }

    @Test
    void whatIsToldGoesToWhoeverRunsTheCycle() {
        TokenEvent event = new TokenEvent.Disconnected(ALICE, Instant.EPOCH);

        turn.tell(event);

        assertThat(bench.events).containsExactly(event);
    }

    // ---- one refresh token under two accounts

    @Test
    void aRefreshTokenIsSpentByOneAccountAtATime() {
        SharedGrants shared = new SharedGrants();
        TokenRecord record = SampleRecords.record();
        Turn bobs = bench.turn(BOB);

        assertThat(shared.enter(turn, record)).isTrue();
        assertThat(shared.enter(turn, record)).as("the same account again").isTrue();
        assertThat(shared.enter(bobs, record)).isFalse();

        turn.close();
        assertThat(shared.enter(bobs, record)).isTrue();
        assertThat(shared.enter(turn, record)).isFalse();
    }

    @Test
    void accountsWithoutARefreshTokenDoNotWaitForEachOther() {
        SharedGrants shared = new SharedGrants();
        TokenRecord bare = SampleRecords.record()
                .next()
                .refreshTokenFingerprint(Optional.empty())
                .build(43, SampleRecords.NOW);

        assertThat(shared.enter(turn, bare)).isTrue();
        assertThat(shared.enter(bench.turn(BOB), bare)).isTrue();
    }

    private static Claim claim(String id) {
        return new Claim(id, "a peer", EngineBench.CLAIM, Instant.EPOCH, Claim.Phase.SENT);
    }
}
