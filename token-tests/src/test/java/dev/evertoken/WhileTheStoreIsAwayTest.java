package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.Claim;
import dev.evertoken.model.Grant;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.testing.WrappedStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is known of an account while its store does not answer, and that it is told once. */
class WhileTheStoreIsAwayTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.STATIC);
    private final TokenRecord stored = bench.connect(ALICE);
    private Optional<TokenRecord> copy = Optional.empty();
    private final List<TokenEvent> told = new ArrayList<>();
    private final Outage outage = new Outage(
            new WatchedStore(
                    new WrappedStore(bench.store) {
                        @Override
                        public Optional<TokenRecord> newestKnown(TokenKey key) {
                            return copy;
                        }
                    },
                    bench.time,
                    new Unwritten(10)),
            bench.workshop.unsaved(),
            bench.time);

    /** Has an answer wait here, because the store does not take it. */
    private TokenRecord waits(TokenRecord before) {
        TokenRecord answered = bench.answered(before);
        bench.store.down();
        assertThat(bench.workshop.unsaved().save(before, new Pending(answered, "mine", null)))
                .isEmpty();
        return answered;
    }

    @Test
    void withoutACopyWhatWaitsHereSaysNothing() {
        waits(stored);

        assertThat(outage.newest(ALICE)).isEmpty();
    }

    @Test
    void theNewestIsWhatWaitsHereForTheSameGrant() {
        copy = Optional.of(stored);
        TokenRecord answered = waits(stored);

        assertThat(outage.newest(ALICE).map(TokenRecord::generation)).contains(answered.generation());
        assertThat(outage.newest(ALICE).map(TokenRecord::revision)).contains(answered.revision());
    }

    @Test
    void whatWaitsForAnotherGrantDoesNotCount() {
        copy = Optional.of(SampleRecords.ofGrant(stored, new Grant("another", bench.time.now())));
        waits(stored);

        assertThat(outage.newest(ALICE).map(TokenRecord::grant)).isEqualTo(copy.map(TokenRecord::grant));
    }

    @Test
    void aNewerCopyComesBeforeWhatWaitsHere() {
        copy = Optional.of(stored.next().generation(9).build(5, bench.time.now()));
        waits(stored);

        assertThat(outage.newest(ALICE).map(TokenRecord::generation)).contains(9L);
    }

    @Test
    void theClaimOfACopyIsNobodysBusiness() {
        Claim claim = new Claim("theirs", "a peer", EngineBench.CLAIM, bench.time.now(), Claim.Phase.SENT);
        copy = Optional.of(stored.next().claim(claim).build(5, bench.time.now()));

        assertThat(outage.newest(ALICE).orElseThrow().claim()).isEmpty();
    }

    @Test
    void thatAnAccountIsServedWithoutTheStoreIsToldOnceForEachOutage() {
        serves(Problem.STORE_UNAVAILABLE);
        serves(Problem.STORE_QUOTA);
        assertThat(told).containsExactly(new TokenEvent.ServedStale(ALICE, bench.time.now(), 3, "the case of a test"));

        outage.isOver(ALICE);
        serves(Problem.STORE_REFUSED);
        assertThat(told).hasSize(2);
    }

    @Test
    void otherTroubleIsNoOutage() {
        serves(Problem.JOURNAL_UNAVAILABLE);

        assertThat(told).isEmpty();
    }

    private void serves(Problem problem) {
        TokenException why =
                TokenException.about(problem).detail("the case of a test").build();
        outage.serves(ALICE, 3, why, told::add);
    }
}
