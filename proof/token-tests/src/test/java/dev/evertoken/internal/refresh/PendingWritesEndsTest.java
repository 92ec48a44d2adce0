package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.ofGrant;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.internal.refresh.Settlement.Saved;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The end of saving a response: the published events and the state of its journal entry. */
class PendingWritesEndsTest {

    private static final String MINE = "claim-mine";

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final PendingWrites pendingWrites = engine.parts.pendingWrites();

    @Test
    void aResponseIsParkedIfAPeerHasSavedNewerTokens() {
        TokenRecord first = engine.connect(ALICE);
        PendingWrite pending = journaled(engine.answered(first));
        TokenRecord peers = engine.peerSaves(ALICE);

        assertThat(pendingWrites.save(first, pending)).contains(new Saved.Peers(peers));

        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.journal.parked).hasSize(1);
        assertThat(engine.events)
                .containsExactly(new TokenEvent.RotationConflict(
                        ALICE, engine.time.now(), 2, "a peer has saved a newer generation; ours is parked"));
    }

    @Test
    void tokensOfAnotherUserAreParkedWithoutAConflict() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord foreign =
                engine.parts.mapper().write(engine.answered(first).next().subject(Optional.of("somebody-else")));
        PendingWrite pending = journaled(foreign);

        assertThat(pendingWrites.save(first, pending)).contains(new Saved.Foreign(first));

        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.journal.parked).hasSize(1);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void theResponseOfADisconnectedAccountIsDeleted() {
        TokenRecord first = engine.connect(ALICE);
        PendingWrite pending = journaled(engine.answered(first));
        engine.remove(ALICE);

        assertThat(pendingWrites.save(first, pending)).contains(new Saved.Dropped(Optional.empty()));

        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.journal.parked).isEmpty();
    }

    @Test
    void theResponseOfAGrantThatWasReplacedIsDeleted() {
        saveOverAnotherConsent(Duration.ofSeconds(1));

        assertThat(engine.journal.entries).isEmpty();
        assertThat(engine.journal.parked).isEmpty();
    }

    @Test
    void aResponseIsParkedIfTheStoreHasRolledBackToAnEarlierConsent() {
        saveOverAnotherConsent(Duration.ofSeconds(-1));

        assertThat(engine.journal.parked).hasSize(1);
    }

    private void saveOverAnotherConsent(Duration later) {
        TokenRecord first = engine.connect(ALICE);
        PendingWrite pending = journaled(engine.answered(first));
        Grant another = new Grant("another", first.grant().consentedAt().plus(later));
        engine.change(ofGrant(first, another).next());

        assertThat(pendingWrites.save(first, pending).orElseThrow()).isInstanceOf(Saved.Dropped.class);
    }

    @Test
    void theRecoveryOfARevokedGrantIsPublished() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord revoked = engine.change(first.next()
                .health(first.health().become(ConnectionState.NEEDS_REAUTH, Problem.GRANT_DEAD, engine.time.now())));
        engine.clock.advance(Duration.ofSeconds(7));

        pendingWrites.save(revoked, inMemory(engine.answered(first)));

        assertThat(engine.events)
                .containsExactly(new TokenEvent.Recovered(
                        ALICE, engine.time.now(), ConnectionState.NEEDS_REAUTH, Duration.ofSeconds(7)));
    }

    @Test
    void savingOverTheOwnClaimIsNotAConflict() {
        TokenRecord claimed = engine.change(engine.connect(ALICE).next().claim(FailureRecorderTest.claim(engine)));

        pendingWrites.save(claimed, inMemory(engine.answered(claimed)));

        assertThat(engine.record(ALICE).claim()).isEmpty();
        assertThat(engine.events).isEmpty();
    }

    @Test
    void anOwnWriteIsRecognizedEvenWithoutARefreshToken() {
        TokenRecord first = engine.connect(ALICE);
        PendingWrite pending = inMemory(
                engine.parts.mapper().write(engine.answered(first).next().refreshTokenFingerprint(Optional.empty())));
        pendingWrites.save(first, pending);

        assertThat(pendingWrites.save(first, pending)).contains(new Saved.Already(engine.record(ALICE)));
        assertThat(engine.events).isEmpty();
    }

    @Test
    void savingOverAPeersClaimIsAConflict() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord claimed = engine.peerClaims(ALICE);

        pendingWrites.save(claimed, inMemory(engine.answered(first)));

        assertThat(engine.events)
                .containsExactly(new TokenEvent.RotationConflict(
                        ALICE, engine.time.now(), 2, "our response was saved over a peer's claim"));
    }

    private static PendingWrite inMemory(TokenRecord response) {
        return new PendingWrite(response, MINE, null);
    }

    private PendingWrite journaled(TokenRecord response) {
        return new PendingWrite(
                response, MINE, engine.journal.reserve(response.key()).write(MINE, response));
    }
}
