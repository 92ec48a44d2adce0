package dev.evertoken.store.tiered;

import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of accounts that the authority no longer has are ignored, and return only with the authority's record. */
class GoneAccountsTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    @TempDir
    private Path folder;

    private final TwoTiers tiers = new TwoTiers();
    private final ManualClock clock = tiers.clock;
    private final FaultyStore authority = tiers.authority;
    private final FaultyStore copy = tiers.copy;
    private final TieredTokenStore store = tiers.store;

    @AfterEach
    void close() {
        tiers.close();
    }

    @Test
    void aRemovalThatATierMissedIsRepeatedAndItsCopyIsIgnoredMeanwhile() {
        TokenRecord first = tiers.inserted(ALICE);
        copy.next(REMOVE).times(2).failBefore();

        assertThat(store.remove(ALICE, first.revision())).isTrue();

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.newestKnown(ALICE)).isEmpty();
        tiers.until(() -> tiers.copyItself.load(ALICE).isEmpty());
        assertThat(copy.faultsLeft()).isZero();
    }

    @Test
    void aRemovalThatATierMissedIsKnownToTheNextProcess() {
        TokenRecord first = tiers.inserted(ALICE);
        TieredTokenStoreBuilder another = TieredTokenStore.of("authority", authority)
                .fallback("copy", FaultyStore.over(tiers.copyItself))
                .tombstones(folder)
                .timekeeper(clock)
                .withoutInitialReconcile();
        try (TieredTokenStore removing = tiers.opening().tombstones(folder).open();
                TieredTokenStore next = another.open()) {
            copy.down();
            assertThat(removing.remove(ALICE, first.revision())).isTrue();
            authority.down(); // so the first process never reaches its copy again

            assertThat(next.newestKnown(ALICE)).isEmpty();
            authority.up();
            assertThat(next.reconcile().removed()).isEqualTo(1);
            assertThat(tiers.copyItself.load(ALICE)).isEmpty();
            assertThat(TombstoneFiles.in(folder).all())
                    .as("no tombstone is needed any more")
                    .isEmpty();
        }
    }

    @Test
    void aLostRaceToRemoveLeavesTheCopyUnchanged() {
        TokenRecord first = tiers.inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        assertThat(tiers.authorityItself.compareAndSet(ALICE, first.revision(), second))
                .isTrue();

        assertThat(store.remove(ALICE, first.revision())).isFalse();

        assertThat(store.load(ALICE)).contains(second);
        tiers.until(() -> tiers.copied(second));
        assertThat(store.newestKnown(ALICE)).contains(second);
    }

    @Test
    void aRemovalWithALostAcknowledgementIsCompletedAndAFailedOneIsUndone() {
        TokenRecord alice = tiers.inserted(ALICE);
        TokenRecord bob = tiers.inserted(BOB);
        authority.next(REMOVE).failAfter();
        assertThatThrownBy(() -> store.remove(ALICE, alice.revision())).isInstanceOf(TokenStoreException.class);
        authority.next(REMOVE).failBefore();
        assertThatThrownBy(() -> store.remove(BOB, bob.revision())).isInstanceOf(TokenStoreException.class);

        tiers.until(() -> tiers.copyItself.load(ALICE).isEmpty());
        tiers.until(() -> store.newestKnown(BOB).equals(Optional.of(bob)));
        assertThat(tiers.copied(bob)).isTrue();
    }

    @Test
    void onlyTheNewConsentRemainsAfterARemoval() {
        TokenRecord first = tiers.inserted(ALICE);
        copy.down();
        assertThat(store.remove(ALICE, first.revision())).isTrue();
        TokenRecord again = SampleRecords.sparse(ALICE);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, again)).isTrue();
        assertThat(store.newestKnown(ALICE)).isEmpty();
        copy.up();

        tiers.until(() -> tiers.copied(again));
        assertThat(store.newestKnown(ALICE)).contains(again);
    }

    @Test
    @Fault("F4")
    void anAccountConnectedDuringReconciliationKeepsItsCopiesThroughAnOutage() {
        tiers.copyItself.compareAndSet(ALICE, TokenStore.ABSENT, SampleRecords.sparse(ALICE));
        Checkpoint comparing = authority.next(LOAD).holdAfter();
        CompletableFuture<ReconcileResult> done = CompletableFuture.supplyAsync(store::reconcile);
        comparing.awaitArrived();
        TokenRecord connected = SampleRecords.sparse(ALICE);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, connected)).isTrue();
        tiers.until(() -> tiers.copied(connected));
        authority.down();
        comparing.release();

        assertThat(done.join().complete()).isFalse();
        assertThat(store.newestKnown(ALICE)).contains(connected);
    }

    @Test
    void anAuthorityThatLostItsRecordsIsNotRefilledAndItsCopiesAreKeptForAWeek() {
        TokenRecord first = tiers.inserted(ALICE);
        assertThat(tiers.authorityItself.remove(ALICE, first.revision())).isTrue();

        assertThat(store.reconcile()).isEqualTo(new ReconcileResult(1, 0, 0, 1, 0, true));

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.newestKnown(ALICE)).isEmpty();
        assertThat(tiers.copied(first)).isTrue();
        assertThat(tiers.authorityItself.compareAndSet(ALICE, TokenStore.ABSENT, first))
                .as("restored from a backup")
                .isTrue();
        store.reconcile();
        assertThat(store.newestKnown(ALICE)).as("the copy is used again").contains(first);

        assertThat(tiers.authorityItself.remove(ALICE, first.revision())).isTrue();
        assertThat(store.reconcile().hidden()).isEqualTo(1);
        clock.advance(Duration.ofDays(8));
        assertThat(store.reconcile().removed()).isEqualTo(1);
        assertThat(tiers.copyItself.load(ALICE)).isEmpty();
    }
}
