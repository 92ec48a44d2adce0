package dev.evertoken.testing;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static dev.evertoken.spi.store.TokenStore.ABSENT;
import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static dev.evertoken.testing.StoreOperation.STAMP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.internal.record.SampleRecords;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.ChangeStamp.Move;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A store fails exactly as configured. */
class FaultyStoreTest {
    private final TokenRecord first = SampleRecords.record();
    private final TokenRecord second = first.next().generation(2).build(43, NOW);
    private final FaultyStore store = FaultyStore.over(new InMemoryTokenStore());

    @Test
    void everyCallReachesTheStoreWithoutAFault() {
        assertThat(store.compareAndSet(ALICE, ABSENT, first)).isTrue();
        assertThat(store.load(ALICE)).hasValue(first);
        assertThat(store.keys()).containsExactly(ALICE);
        assertThat(store.remove(ALICE, 42)).isTrue();
        assertThat(store.calls(LOAD)).isEqualTo(1);
    }

    @Test
    void aFailureBeforeTheCallLeavesTheStoreUnchanged() {
        store.next(COMPARE_AND_SET).failBefore();

        assertThatThrownBy(() -> store.compareAndSet(ALICE, ABSENT, first))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("COMPARE_AND_SET of google/alice")
                .satisfies(problem ->
                        assertThat(((TokenException) problem).problem()).isEqualTo(Problem.STORE_UNAVAILABLE));

        assertThat(store.load(ALICE)).isEmpty();
    }

    @Test
    void aFailureAfterTheCallLosesOnlyTheAcknowledgement() {
        store.next(COMPARE_AND_SET).failAfter();

        assertThatThrownBy(() -> store.compareAndSet(ALICE, ABSENT, first)).isInstanceOf(TokenStoreException.class);

        assertThat(store.load(ALICE)).hasValue(first);
    }

    @Test
    void aConflictIsALostRaceAndHappensOnce() {
        store.next(COMPARE_AND_SET).conflict();
        store.next(REMOVE).conflict();

        assertThat(store.compareAndSet(ALICE, ABSENT, first)).isFalse();
        assertThat(store.compareAndSet(ALICE, ABSENT, first)).isTrue();
        assertThat(store.remove(ALICE, 42)).isFalse();
        assertThat(store.remove(ALICE, 42)).isTrue();
    }

    @Test
    void aFaultAppliesToTheMatchingWritesOnly() {
        store.next(COMPARE_AND_SET)
                .where(record -> record.generation() == 2)
                .times(2)
                .failBefore();

        assertThat(store.compareAndSet(ALICE, ABSENT, first)).isTrue();
        assertThatThrownBy(() -> store.compareAndSet(ALICE, 42, second)).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.compareAndSet(ALICE, 42, second)).isInstanceOf(TokenStoreException.class);
        assertThat(store.compareAndSet(ALICE, 42, second)).isTrue();
        assertThat(store.faultsLeft()).isZero();
    }

    @Test
    void aStoreStaysDownUntilItIsBroughtUp() {
        store.down();
        assertThatThrownBy(() -> store.load(ALICE)).hasMessageContaining("the store is down");
        assertThatThrownBy(store::keys).isInstanceOf(TokenStoreException.class);

        store.up();

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.calls(LOAD)).isEqualTo(2);
    }

    @Test
    void aCallerIsHeldBeforeOrAfterItsWrite() {
        Checkpoint before = store.next(COMPARE_AND_SET).holdBefore();
        CompletableFuture<Boolean> write =
                CompletableFuture.supplyAsync(() -> store.compareAndSet(ALICE, ABSENT, first));
        before.awaitArrived();
        assertThat(store.load(ALICE)).isEmpty();
        before.release();
        assertThat(write.join()).isTrue();

        Checkpoint after = store.next(COMPARE_AND_SET).holdAfter();
        CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> store.compareAndSet(ALICE, 42, second));
        after.awaitArrived();
        assertThat(store.load(ALICE)).hasValue(second);
        assertThat(next).isNotDone();
        after.release();
        assertThat(next.join()).isTrue();
    }

    @Test
    void onlyACallThatCanLoseARaceCanConflict() {
        assertThatThrownBy(() -> store.next(LOAD).conflict()).hasMessage("LOAD cannot conflict");
    }

    @Test
    void theChangeStampIsThatOfTheDelegateAndFailsLikeAnyCall() {
        assertThat(store.changeStamp()).hasValue("");
        store.next(STAMP).failAfter();
        assertThatThrownBy(store::moveChangeStamp).hasMessageContaining("the response was lost: STAMP");

        assertThat(store.changeStamp()).hasValue("1");
        assertThat(store.calls(STAMP)).isEqualTo(3);
        assertThat(new ForwardingTokenStore(store).moveChangeStamp()).hasValue(new Move("1", "2"));
    }

    @Test
    void theStoreIsADueIndexExactlyIfItsDelegateIs() {
        TokenStore withoutIndex = new ForwardingTokenStore(new InMemoryTokenStore());

        assertThat(store).isInstanceOf(DueIndex.class);
        assertThat(FaultyStore.over(withoutIndex)).isNotInstanceOf(DueIndex.class);
    }
}
