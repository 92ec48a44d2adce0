package dev.evertoken.internal.refresh;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.ForeignRecords;
import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Restoring the newest known tokens after a store has rolled back. */
class GivenBackTest {

    private static final String GONE_BACK =
            "the store went back from generation 2 to 1, such as after a failover that lost writes";

    private static final String BEHIND =
            "a copy has generation 2 and the store has 1, such as after a restored backup or an unsaved response";

    private final EngineFixture engine = EngineFixture.of(RefreshModel.ROTATING);
    private final StoreRollbackGuard rollbackGuard = engine.parts.rollbackGuard();

    @Test
    void aRecordAsNewAsTheNewestSeenOneIsUsed() {
        TokenRecord first = engine.connect(ALICE);
        assertThat(current(first)).isSameAs(first);

        rollbackGuard.seen(first);
        assertThat(current(first)).isSameAs(first);
        TokenRecord second = engine.peerSaves(ALICE);
        assertThat(current(second)).isSameAs(second);
    }

    @Test
    void aGenerationThatTheStoreLostIsRestoredAndPublished() {
        TokenRecord first = rolledBack();

        TokenRecord current = current(first);

        assertThat(current).isEqualTo(engine.record(ALICE));
        assertThat(current.generation()).isEqualTo(2);
        assertThat(engine.events)
                .containsExactly(
                        new TokenEvent.RotationConflict(ALICE, engine.time.now(), 2, GONE_BACK + "; it was restored"));
    }

    @Test
    void anOlderGenerationThatIsSeenLaterIsIgnored() {
        TokenRecord first = rolledBack();
        rollbackGuard.seen(first);

        assertThat(current(first).generation()).isEqualTo(2);
    }

    @Test
    void anotherGrantIsNotReplacedByTheRememberedOne() {
        rolledBack();
        engine.remove(ALICE);
        TokenRecord foreign = engine.store(ForeignRecords.ofAnotherStage(engine, ALICE));

        assertThat(current(foreign)).isSameAs(foreign);
    }

    @Test
    void onlyTokensThatRotateAreRemembered() {
        EngineFixture nonRotating = EngineFixture.of(RefreshModel.STATIC);
        TokenRecord first = nonRotating.connect(ALICE);
        nonRotating.parts.rollbackGuard().seen(nonRotating.peerSaves(ALICE));
        nonRotating.store(first);

        assertThat(nonRotating.parts.rollbackGuard().current(nonRotating.attempt(ALICE), first))
                .isSameAs(first);
    }

    @Test
    void aForgottenAccountIsNotRestored() {
        TokenRecord first = rolledBack();

        rollbackGuard.forget(ALICE);

        assertThat(current(first)).isSameAs(first);
    }

    @Test
    void aFailedRestoreIsThrownAndRetriedInTheBackground() {
        TokenRecord first = rolledBack();
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        TokenException down = EngineFixture.failureOf(() -> current(first));

        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
        assertThat(down)
                .hasMessage("google/alice: " + GONE_BACK + "; it will be restored as soon as the store accepts it");
        assertThat(engine.told(TokenEvent.RotationConflict.class).detail()).isEqualTo(down.detail());
        engine.clock.advance(Duration.ofSeconds(5));
        assertThat(engine.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void aStaleReadIsReplacedByTheStoredRecord() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.peerSaves(ALICE);
        rollbackGuard.seen(second);

        assertThat(current(first)).isEqualTo(second);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void newerTokensOfAPeerAreUsed() {
        TokenRecord first = rolledBack();
        TokenRecord[] peers = new TokenRecord[1];
        engine.peers.beforeAWrite(() -> peers[0] = engine.peerSaves(ALICE));

        assertThat(current(first)).isEqualTo(peers[0]);
    }

    @Test
    void aRecordThatIsRemovedMeanwhileIsNotRestored() {
        TokenRecord first = rolledBack();
        engine.peers.beforeAWrite(() -> engine.remove(ALICE));

        assertThat(current(first)).isSameAs(first);
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    @Test
    void anotherRecordOfTheSameGenerationIsNotARollback() {
        TokenRecord first = engine.connect(ALICE);
        rollbackGuard.seen(engine.answered(first));
        TokenRecord sameGeneration = engine.peerSaves(ALICE);

        assertThat(current(sameGeneration)).isSameAs(sameGeneration);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void theRecordSeenLastOfAGenerationIsRestored() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord last = engine.answered(first);
        rollbackGuard.seen(engine.answered(first));
        rollbackGuard.seen(last);

        assertThat(current(first).secrets()).isEqualTo(last.secrets());
    }

    // ---- additional copies

    @Test
    void aNewerCopyIsRestoredAndPublished() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord copy = engine.answered(first);
        engine.peers.hasCopy(copy);

        assertThat(isBehind(first)).isTrue();

        assertThat(engine.record(ALICE).secrets()).isEqualTo(copy.secrets());
        assertThat(engine.events)
                .containsExactly(
                        new TokenEvent.RotationConflict(ALICE, engine.time.now(), 2, BEHIND + "; it was restored"));
    }

    @Test
    void aCopyThatIsNotNewerOrOfAnotherGrantIsIgnored() {
        TokenRecord first = engine.connect(ALICE);
        assertThat(isBehind(first)).isFalse();
        engine.peers.hasCopy(first);
        assertThat(isBehind(first)).isFalse();
        Grant another = new Grant("another", engine.time.now());
        engine.peers.hasCopy(SampleRecords.ofGrant(engine.answered(first), another));
        assertThat(isBehind(first)).isFalse();

        TokenRecord second = engine.peerSaves(ALICE);
        engine.peers.hasCopy(engine.answered(first));
        assertThat(isBehind(second)).as("a copy of the same generation").isFalse();
        assertThat(engine.record(ALICE)).isEqualTo(second);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void aRecordThatTheStoreHasMeanwhileIsUsed() {
        TokenRecord first = engine.connect(ALICE);
        TokenRecord second = engine.peerSaves(ALICE);
        engine.peers.hasCopy(second);

        assertThat(isBehind(first)).isTrue();
        assertThat(engine.record(ALICE)).isEqualTo(second);
        assertThat(engine.events).isEmpty();
    }

    @Test
    void aCopyIsNotRestoredIfTheRecordIsRemovedMeanwhile() {
        TokenRecord first = engine.connect(ALICE);
        engine.peers.hasCopy(engine.answered(first));
        engine.peers.beforeAWrite(() -> engine.remove(ALICE));

        assertThat(isBehind(first)).isFalse();
        assertThat(engine.stored(ALICE)).isEmpty();
    }

    @Test
    void aFailedRestoreOfANewerCopyIsThrown() {
        TokenRecord first = engine.connect(ALICE);
        engine.peers.hasCopy(engine.answered(first));
        engine.store.next(COMPARE_AND_SET).times(2).failBefore();

        assertThat(EngineFixture.failureOf(() -> isBehind(first)))
                .hasMessage("google/alice: " + BEHIND + "; it will be restored as soon as the store accepts it");
    }

    private boolean isBehind(TokenRecord stored) {
        return rollbackGuard.restoreIfBehind(engine.attempt(ALICE), stored);
    }

    /** Stores the first generation after the second one was seen, and returns the first. */
    private TokenRecord rolledBack() {
        TokenRecord first = engine.connect(ALICE);
        rollbackGuard.seen(engine.peerSaves(ALICE));
        return engine.store(first);
    }

    private TokenRecord current(TokenRecord stored) {
        return rollbackGuard.current(engine.attempt(ALICE), stored);
    }
}
