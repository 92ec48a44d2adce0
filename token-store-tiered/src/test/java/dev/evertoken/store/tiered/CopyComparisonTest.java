package dev.evertoken.store.tiered;

import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.store.tiered.Tombstone.Kind;
import dev.evertoken.testing.Checkpoint;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A comparison during a removal: the copies of a disconnected account are deleted, not kept as those of a lost one. */
class CopyComparisonTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");

    private final ManualClock clock = ManualClock.start();
    private final FaultyStore authority = FaultyStore.over(new InMemoryTokenStore(clock));
    private final TokenStore copy = new InMemoryTokenStore(clock);
    private final Tier authorityTier = new Tier("authority", authority, 2, Duration.ofSeconds(30), clock);
    private final Tier copyTier = new Tier("copy", copy, 2, Duration.ofSeconds(30), clock);
    private final Tombstones tombstones = Tombstones.inMemory();
    private final PendingRemovals removals = new PendingRemovals();
    private final CopyComparison comparison = new CopyComparison(
            authorityTier, 1, new Copies(List.of(copyTier), tombstones, clock), tombstones, removals, clock);
    private final TokenRecord record = SampleRecords.sparse(ALICE);

    @BeforeEach
    void onlyTheCopyIsLeft() {
        assertThat(copy.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
    }

    @AfterEach
    void close() {
        authorityTier.close();
        copyTier.close();
    }

    @Test
    void aCopyWithoutARecordIsHidden() {
        compare();

        assertThat(tombstones.of(ALICE).orElseThrow().kind()).isEqualTo(Kind.MISSED);
    }

    @Test
    void theTombstoneOfARemovalIsNotReplaced() {
        Checkpoint first = authority.next(LOAD).holdAfter();
        Checkpoint second = authority.next(LOAD).holdAfter();
        CompletableFuture<Void> run = CompletableFuture.runAsync(this::compare);
        first.awaitArrived();
        first.release();
        second.awaitArrived();
        tombstones.put(new Tombstone(ALICE, record.grant(), Kind.REMOVED, clock.now()));
        second.release();
        run.join();

        assertThat(tombstones.of(ALICE).orElseThrow().kind()).isEqualTo(Kind.REMOVED);
        compare();
        assertThat(copy.load(ALICE)).isEmpty();
    }

    @Test
    void aPendingRemovalLeavesTheCopyToItself() {
        PendingRemovals.Removal removal = removals.begin(ALICE);

        compare();

        assertThat(tombstones.of(ALICE)).isEmpty();
        removal.end();
    }

    private void compare() {
        assertThat(comparison.compare(ALICE, List.of(copyTier), new ReconcileCounts()))
                .isEmpty();
    }
}
