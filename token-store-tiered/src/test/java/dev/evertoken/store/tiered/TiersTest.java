package dev.evertoken.store.tiered;

import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.KEYS;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.FileTokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies catch up with the authority after any missed write, and never insert a record into it. */
class TiersTest {

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
    @Fault("F4")
    void aWriteSucceedsWithTheAuthorityAndIsCopiedWhenItsTierRecovers() {
        TokenRecord first = tiers.inserted(ALICE);
        copy.down();
        TokenRecord second = SampleRecords.next(first);

        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();

        assertThat(store.load(ALICE)).contains(second);
        tiers.until(() ->
                store.tiers().get(1).behind() == 1 && !store.tiers().get(1).up());
        assertThat(tiers.copyItself.load(ALICE)).contains(first);
        copy.up();
        tiers.until(() -> tiers.copied(second));
        tiers.until(() -> store.tiers().get(1).behind() == 0);
        assertThat(store.tiers().get(1).up()).isTrue();
    }

    @Test
    void aTierThatMissedManyWritesGetsTheLast() {
        TokenRecord record = tiers.inserted(ALICE);
        copy.down();
        for (int i = 0; i < 10; i++) {
            TokenRecord next = SampleRecords.next(record);
            assertThat(store.compareAndSet(ALICE, record.revision(), next)).isTrue();
            record = next;
        }
        int written = copy.calls(COMPARE_AND_SET);
        copy.up();

        TokenRecord last = record;
        tiers.until(() -> tiers.copied(last));
        assertThat(copy.calls(COMPARE_AND_SET))
                .as("the last write, and at most one in progress")
                .isBetween(written + 1, written + 2);
    }

    @Test
    void aClaimIsNotCopied() {
        TokenRecord first = tiers.inserted(ALICE);
        TokenRecord claimed = first.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), clock.now());
        assertThat(store.compareAndSet(ALICE, first.revision(), claimed)).isTrue();
        TokenRecord bob = tiers.inserted(BOB);

        assertThat(tiers.copied(bob)).isTrue();
        assertThat(tiers.copyItself.load(ALICE)).contains(first);
    }

    @Test
    void aLoadedRecordIsCopiedOnce() {
        TokenRecord foreign = SampleRecords.sparse(ALICE);
        assertThat(tiers.authorityItself.compareAndSet(ALICE, TokenStore.ABSENT, foreign))
                .isTrue();

        assertThat(store.load(ALICE)).contains(foreign);
        tiers.until(() -> tiers.copied(foreign));
        int loads = copy.calls(LOAD);
        assertThat(store.load(ALICE)).contains(foreign);
        tiers.inserted(BOB);

        assertThat(copy.calls(LOAD)).as("one more load, for Bob").isEqualTo(loads + 1);
    }

    @Test
    @Fault("F1")
    void callsFailWhileTheAuthorityIsDownAndTheNewestCopyIsKnown() {
        TokenRecord first = tiers.inserted(ALICE);
        authority.down();

        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.compareAndSet(ALICE, first.revision(), SampleRecords.next(first)))
                .isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.remove(ALICE, first.revision())).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(store::keys).isInstanceOf(TokenStoreException.class);
        assertThat(store.isAuthorityUp()).isFalse();
        assertThat(tiers.copied(first)).as("the copy is unchanged").isTrue();
        assertThat(store.newestKnown(ALICE)).as("its removal was requested").isEmpty();
        assertThat(store.newestKnown(BOB)).isEmpty();
        authority.up();
        tiers.until(() -> store.newestKnown(ALICE).isPresent());
    }

    @Test
    @Fault({"F5", "B4"})
    void aResponseKeptAsideIsWrittenToTheAuthorityWhenItRecovers() {
        TokenRecord first = tiers.inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        authority.down();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);

        assertThat(store.keepAside(second)).isTrue();

        assertThat(store.newestKnown(ALICE)).contains(second);
        assertThat(tiers.authorityItself.load(ALICE)).contains(first);
        authority.up();
        assertThat(store.load(ALICE)).isPresent();
        tiers.until(() -> tiers.authorityItself.load(ALICE).equals(Optional.of(second)));
    }

    @Test
    void aResponseThatNoTierStoresIsNotReportedAsKept() {
        TokenRecord first = tiers.inserted(ALICE);
        authority.down();
        copy.down();

        assertThat(store.keepAside(SampleRecords.next(first))).isFalse();
    }

    @Test
    @Fault("B18")
    void reconciliationRestoresTheNewestGenerationToARolledBackAuthority() {
        TokenRecord first = tiers.inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();
        tiers.until(() -> tiers.copied(second));
        assertThat(tiers.authorityItself.remove(ALICE, second.revision())).isTrue();
        assertThat(tiers.authorityItself.compareAndSet(ALICE, TokenStore.ABSENT, first))
                .isTrue();

        ReconcileResult done = store.reconcile();

        assertThat(done).isEqualTo(new ReconcileResult(1, 0, 0, 0, 1, true));
        assertThat(tiers.authorityItself.load(ALICE)).contains(second);
        assertThat(tiers.copied(second)).isTrue();
        assertThat(store.reconcile()).isEqualTo(new ReconcileResult(1, 0, 0, 0, 0, true));
    }

    @Test
    void aReconciliationWithoutAResponseOfATierIsIncompleteAndRepeatable() {
        tiers.inserted(ALICE);
        copy.down();

        assertThat(store.reconcile()).isEqualTo(new ReconcileResult(1, 0, 0, 0, 0, false));
        authority.down();
        assertThat(store.reconcile()).isEqualTo(new ReconcileResult(0, 0, 0, 0, 0, false));
        authority.up();
        copy.up();
        assertThat(store.reconcile().complete()).isTrue();
    }

    @Test
    void aMissedWriteIsCopiedAtTheNextOpening() {
        TokenRecord first = tiers.inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        assertThat(tiers.authorityItself.compareAndSet(ALICE, first.revision(), second))
                .isTrue();

        TieredTokenStore next = TieredTokenStore.of("authority", authority)
                .fallback("copy", copy)
                .timekeeper(clock)
                .open();
        tiers.until(() -> tiers.copied(second));
        assertThat(next.isAuthorityUp()).isTrue();
    }

    @Test
    void keysAreReadFromTheAuthorityPageByPage() {
        for (int i = 0; i < 600; i++) {
            TokenKey key = TokenKey.of("google", "user-" + i);
            assertThat(tiers.authorityItself.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
                    .isTrue();
        }
        try (Stream<TokenKey> keys = store.keys()) {
            assertThat(keys).hasSize(600).doesNotHaveDuplicates();
        }
        try (Stream<TokenKey> keys = store.keys()) {
            assertThat(keys.limit(1)).hasSize(1);
        }
        assertThat(authority.calls(KEYS)).isEqualTo(2);
    }

    @Test
    void aChainHasThePropertiesOfItsAuthority() {
        assertThat(store.guarantee()).isEqualTo(TokenStore.Guarantee.PROCESS);
        assertThat(store.costlyWrites()).isFalse();
        assertThat(store.now()).contains(clock.now());
        assertThat(store).isInstanceOf(DueIndex.class);
        assertThat(((DueIndex) store).oldestDue("google")).isEmpty();
        assertThat(((DueIndex) store).due("google", clock.now(), Optional.empty(), 10))
                .isEmpty();
    }

    @Test
    void closingWritesWaitingCopiesAndClosesEveryTier() {
        TokenRecord first = tiers.inserted(ALICE);
        copy.down();
        TokenRecord second = SampleRecords.next(first);
        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();
        tiers.until(() -> !store.tiers().get(1).up());
        copy.up();
        FileTokenStore disk = FileTokenStore.open(folder.resolve("disk"), "tiers", clock);
        try (TieredTokenStore over = TieredTokenStore.of("authority", FaultyStore.over(new InMemoryTokenStore(clock)))
                .fallback("disk", disk)
                .timekeeper(clock)
                .open()) {
            assertThat(over.compareAndSet(BOB, TokenStore.ABSENT, SampleRecords.sparse(BOB)))
                    .isTrue();
        }
        assertThat(disk.load(BOB)).isPresent();
        store.close();
        store.close();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
    }

    @Test
    void anInvalidChainIsRejected() {
        InMemoryTokenStore one = new InMemoryTokenStore(clock);
        assertThatThrownBy(() -> TieredTokenStore.of(one).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the chain of InMemoryTokenStore has no fallback");
        assertThatThrownBy(() -> TieredTokenStore.of("one", one)
                        .fallback("one", new InMemoryTokenStore(clock))
                        .open())
                .hasMessage("two tiers have the name \"one\"; set another name");
        assertThatThrownBy(() ->
                        TieredTokenStore.of("one", one).fallback("two", one).open())
                .hasMessage("tier \"two\" is in the chain twice");
        assertThatThrownBy(() -> TieredTokenStore.of("one", one)
                        .fallback("two", new InMemoryTokenStore(clock))
                        .deadline(Duration.ZERO)
                        .open())
                .hasMessage("deadline PT0S must be positive");
    }
}
