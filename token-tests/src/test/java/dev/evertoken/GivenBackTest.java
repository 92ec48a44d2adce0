package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenRecord;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A store that has gone back is given back the newest tokens that were seen. */
class GivenBackTest {

    private static final String GONE_BACK =
            "the store has gone back from generation 2 to 1, as after a failover that lost writes";

    private static final String BEHIND =
            "a copy has generation 2 and the store has 1, as after a restored backup or an answer that was not saved";

    private final EngineBench bench = EngineBench.of(RefreshModel.ROTATING);
    private final ForgottenWrites forgotten = bench.workshop.forgotten();

    @Test
    void whatIsAsNewAsWhatWasSeenIsGoneBy() {
        TokenRecord first = bench.connect(ALICE);
        assertThat(current(first)).isSameAs(first);

        forgotten.seen(first);
        assertThat(current(first)).isSameAs(first);
        TokenRecord second = bench.peerSaves(ALICE);
        assertThat(current(second)).isSameAs(second);
    }

    @Test
    void aGenerationThatTheStoreForgotIsGivenBackAndTold() {
        TokenRecord first = goneBack();

        TokenRecord current = current(first);

        assertThat(current).isEqualTo(bench.record(ALICE));
        assertThat(current.generation()).isEqualTo(2);
        assertThat(bench.events)
                .containsExactly(
                        new TokenEvent.RotationConflict(ALICE, bench.time.now(), 2, GONE_BACK + "; it was given back"));
    }

    @Test
    void anOlderGenerationThatIsSeenLaterDoesNotCount() {
        TokenRecord first = goneBack();
        forgotten.seen(first);

        assertThat(current(first).generation()).isEqualTo(2);
    }

    @Test
    void anotherGrantIsNotReplacedByAnOldOne() {
        goneBack();
        bench.remove(ALICE);
        TokenRecord theirs = bench.store(Strangers.ofAnotherStage(bench, ALICE));

        assertThat(current(theirs)).isSameAs(theirs);
    }

    @Test
    void onlyTokensThatRotateAreRemembered() {
        EngineBench calm = EngineBench.of(RefreshModel.STATIC);
        TokenRecord first = calm.connect(ALICE);
        calm.workshop.forgotten().seen(calm.peerSaves(ALICE));
        calm.store(first);

        assertThat(calm.workshop.forgotten().current(calm.turn(ALICE), first)).isSameAs(first);
    }

    @Test
    void whatIsForgottenOnPurposeIsNotGivenBack() {
        TokenRecord first = goneBack();

        forgotten.forget(ALICE);

        assertThat(current(first)).isSameAs(first);
    }

    @Test
    void aStoreThatDoesNotTakeItBackIsTheProblemAndSavingGoesOn() {
        TokenRecord first = goneBack();
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();

        TokenException down = EngineBench.failureOf(() -> current(first));

        assertThat(down.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(down.key()).contains(ALICE);
        assertThat(down).hasMessage("google/alice: " + GONE_BACK + "; it is given back as soon as the store takes it");
        assertThat(bench.told(TokenEvent.RotationConflict.class).detail()).isEqualTo(down.detail());
        bench.clock.advance(Duration.ofSeconds(5));
        assertThat(bench.record(ALICE).generation()).isEqualTo(2);
    }

    @Test
    void whatWasOnlyReadTooOldIsGoneByAsItIsStored() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.peerSaves(ALICE);
        forgotten.seen(second);

        assertThat(current(first)).isEqualTo(second);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void aPeersNewerTokensAreGoneBy() {
        TokenRecord first = goneBack();
        TokenRecord[] peers = new TokenRecord[1];
        bench.shelf.beforeAWrite(() -> peers[0] = bench.peerSaves(ALICE));

        assertThat(current(first)).isEqualTo(peers[0]);
    }

    @Test
    void aRecordThatGoesMeanwhileIsNotPutBack() {
        TokenRecord first = goneBack();
        bench.shelf.beforeAWrite(() -> bench.remove(ALICE));

        assertThat(current(first)).isSameAs(first);
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    @Test
    void twoSiblingsOfOneGenerationAreNoGoingBack() {
        TokenRecord first = bench.connect(ALICE);
        forgotten.seen(bench.answered(first));
        TokenRecord sibling = bench.peerSaves(ALICE);

        assertThat(current(sibling)).isSameAs(sibling);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void ofTwoSiblingsTheOneThatWasSeenLastIsGivenBack() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord last = bench.answered(first);
        forgotten.seen(bench.answered(first));
        forgotten.seen(last);

        assertThat(current(first).secrets()).isEqualTo(last.secrets());
    }

    // ---- what other places of the store have

    @Test
    void aNewerCopyIsGivenBackAndTold() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord copy = bench.answered(first);
        bench.shelf.hasCopy(copy);

        assertThat(isBehind(first)).isTrue();

        assertThat(bench.record(ALICE).secrets()).isEqualTo(copy.secrets());
        assertThat(bench.events)
                .containsExactly(
                        new TokenEvent.RotationConflict(ALICE, bench.time.now(), 2, BEHIND + "; it was given back"));
    }

    @Test
    void aCopyThatIsNoNewerOrOfAnotherGrantSaysNothing() {
        TokenRecord first = bench.connect(ALICE);
        assertThat(isBehind(first)).isFalse();
        bench.shelf.hasCopy(first);
        assertThat(isBehind(first)).isFalse();
        Grant another = new Grant("another", bench.time.now());
        bench.shelf.hasCopy(SampleRecords.ofGrant(bench.answered(first), another));
        assertThat(isBehind(first)).isFalse();

        TokenRecord second = bench.peerSaves(ALICE);
        bench.shelf.hasCopy(bench.answered(first));
        assertThat(isBehind(second)).as("a sibling").isFalse();
        assertThat(bench.record(ALICE)).isEqualTo(second);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void whatTheStoreHasMeanwhileIsGoneBy() {
        TokenRecord first = bench.connect(ALICE);
        TokenRecord second = bench.peerSaves(ALICE);
        bench.shelf.hasCopy(second);

        assertThat(isBehind(first)).isTrue();
        assertThat(bench.record(ALICE)).isEqualTo(second);
        assertThat(bench.events).isEmpty();
    }

    @Test
    void aCopyIsNotPutBackWhereTheRecordGoesMeanwhile() {
        TokenRecord first = bench.connect(ALICE);
        bench.shelf.hasCopy(bench.answered(first));
        bench.shelf.beforeAWrite(() -> bench.remove(ALICE));

        assertThat(isBehind(first)).isFalse();
        assertThat(bench.stored(ALICE)).isEmpty();
    }

    @Test
    void aStoreThatDoesNotTakeANewerCopyIsTheProblem() {
        TokenRecord first = bench.connect(ALICE);
        bench.shelf.hasCopy(bench.answered(first));
        bench.store.next(COMPARE_AND_SET).times(2).failsBefore();

        assertThat(EngineBench.failureOf(() -> isBehind(first)))
                .hasMessage("google/alice: " + BEHIND + "; it is given back as soon as the store takes it");
    }

    private boolean isBehind(TokenRecord stored) {
        return forgotten.isBehind(bench.turn(ALICE), stored);
    }

    /** Has the second generation seen, and the first one stored. */
    private TokenRecord goneBack() {
        TokenRecord first = bench.connect(ALICE);
        forgotten.seen(bench.peerSaves(ALICE));
        return bench.store(first);
    }

    private TokenRecord current(TokenRecord stored) {
        return forgotten.current(bench.turn(ALICE), stored);
    }
}
