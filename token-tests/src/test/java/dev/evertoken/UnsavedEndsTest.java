package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.ofGrant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Settlement.Saved;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the saving of an answer ends: what is told of it, and what becomes of its journal entry. */
class UnsavedEndsTest {

    private static final String MINE = "claim-mine";

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final Unsaved unsaved = bench.workshop.unsaved();

    @Test
    void oursAreParkedWhileAPeersNewerTokensHold() {
        TokenRecord first = bench.connect(ALICE);
        Pending pending = journalled(bench.answered(first));
        TokenRecord peers = bench.peerSaves(ALICE);

        assertThat(unsaved.save(first, pending)).contains(new Saved.Peers(peers));

        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.journal.parked).hasSize(1);
        assertThat(bench.events)
                .containsExactly(new TokenEvent.RotationConflict(
                        ALICE, bench.time.now(), 2, "a peer has saved a newer generation; ours is parked"));
    }

    @Test
    void anotherUsersTokensAreParkedWithoutAConflict() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord foreign =
                bench.workshop.records().write(bench.answered(first).next().subject(Optional.of("somebody-else")));
        Pending pending = journalled(foreign);

        assertThat(unsaved.save(first, pending)).contains(new Saved.Foreign(first));

        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.journal.parked).hasSize(1);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void theAnswerOfADisconnectedAccountIsDeleted() {
        TokenRecord first = bench.connect(ALICE);
        Pending pending = journalled(bench.answered(first));
        bench.remove(ALICE);

        assertThat(unsaved.save(first, pending)).contains(new Saved.Dropped(Optional.empty()));

        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.journal.parked).isEmpty();
    }

    @Test
    void theAnswerOfAGrantThatWasReplacedIsDeleted() {
        savesWhereTheStoreHasAConsentOf(Duration.ofSeconds(1));

        assertThat(bench.journal.entries).isEmpty();
        assertThat(bench.journal.parked).isEmpty();
    }

    @Test
    void anAnswerIsParkedIfTheStoreHasGoneBackToAnEarlierConsent() {
        savesWhereTheStoreHasAConsentOf(Duration.ofSeconds(-1));

        assertThat(bench.journal.parked).hasSize(1);
    }

    private void savesWhereTheStoreHasAConsentOf(Duration later) {
        TokenRecord first = bench.connect(ALICE);
        Pending pending = journalled(bench.answered(first));
        Grant another = new Grant("another", first.grant().consentedAt().plus(later));
        bench.change(ofGrant(first, another).next());

        assertThat(unsaved.save(first, pending).orElseThrow()).isInstanceOf(Saved.Dropped.class);
    }

    @Test
    void aDeadGrantThatComesBackToLifeIsTold() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord dead = bench.change(first.next()
                .health(first.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, bench.time.now())));
        bench.clock.advance(Duration.ofSeconds(7));

        unsaved.save(dead, inMemory(bench.answered(first)));

        assertThat(bench.events)
                .containsExactly(new TokenEvent.Recovered(
                        ALICE, bench.time.now(), ConnectionState.NEEDS_REAUTH, Duration.ofSeconds(7)));
    }

    @Test
    void savingOverOurOwnClaimIsNone() {
        TokenRecord claimed = bench.change(bench.connect(ALICE).next().claim(AftermathTest.claim(bench)));

        unsaved.save(claimed, inMemory(bench.answered(claimed)));

        assertThat(bench.record(ALICE).claim()).isEmpty();
        assertThat(bench.events).isEmpty();
    }

    @Test
    void anOwnWriteIsRecognisedEvenWithoutARefreshToken() {
        TokenRecord first = bench.connect(ALICE);
        Pending pending = inMemory(
                bench.workshop.records().write(bench.answered(first).next().refreshTokenFingerprint(Optional.empty())));
        unsaved.save(first, pending);

        assertThat(unsaved.save(first, pending)).contains(new Saved.Already(bench.record(ALICE)));
        assertThat(bench.events).isEmpty();
    }

    @Test
    void savingOverAPeersClaimIsAConflict() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord claimed = bench.peerClaims(ALICE);

        unsaved.save(claimed, inMemory(bench.answered(first)));

        assertThat(bench.events)
                .containsExactly(new TokenEvent.RotationConflict(
                        ALICE, bench.time.now(), 2, "our answer was saved over a peer's claim"));
    }

    private static Pending inMemory(TokenRecord answered) {
        return new Pending(answered, MINE, null);
    }

    private Pending journalled(TokenRecord answered) {
        return new Pending(answered, MINE, bench.journal.reserve(answered.key()).write(MINE, answered));
    }
}
