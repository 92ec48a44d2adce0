package dev.evertoken.store;

import static dev.evertoken.testing.StoreOperation.COMPARE_AND_SET;
import static dev.evertoken.testing.StoreOperation.KEYS;
import static dev.evertoken.testing.StoreOperation.LOAD;
import static dev.evertoken.testing.StoreOperation.REMOVE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.DueIndex;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.testing.Fault;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies follow the authority, whatever they missed, and never lead it where it has not been. */
class TiersTest {

    private static final TokenKey ALICE = TokenKey.of("google", "alice");
    private static final TokenKey BOB = TokenKey.of("google", "bob");

    @TempDir
    private Path folder;

    private final ManualClock clock = ManualClock.start();
    private final InMemoryTokenStore authorityItself = new InMemoryTokenStore(clock);
    private final InMemoryTokenStore copyItself = new InMemoryTokenStore(clock);
    private final FaultyStore authority = FaultyStore.over(authorityItself);
    private final FaultyStore copy = FaultyStore.over(copyItself);
    private TieredTokenStore store = open(Tombstones.inMemory());

    @AfterEach
    void close() {
        authority.up();
        copy.up();
        store.close();
    }

    private TieredTokenStoreBuilder builder() {
        return TieredTokenStore.of("authority", authority)
                .fallback("copy", copy)
                .timekeeper(clock)
                .withoutComparingAtOpening();
    }

    private TieredTokenStore open(Tombstones tombstones) {
        TieredTokenStoreBuilder builder = builder();
        builder.tombstones = tombstones;
        return builder.open();
    }

    /** Waits in real time, and moves the clock while only timers are left. */
    private void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            if (clock.timers() > 0 && clock.waitingThreads() == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            Thread.onSpinWait();
        }
    }

    private boolean copied(TokenRecord record) {
        return copyItself.load(record.key()).equals(Optional.of(record));
    }

    private TokenRecord inserted(TokenKey key) {
        TokenRecord first = SampleRecords.sparse(key);
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, first)).isTrue();
        until(() -> copied(first));
        return first;
    }

    @Test
    @Fault("F4")
    void aWriteCountsWhenTheAuthorityHasItAndTheCopyFollowsWhenItsTierIsBack() {
        TokenRecord first = inserted(ALICE);
        copy.down();
        TokenRecord second = SampleRecords.next(first);

        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();

        assertThat(store.load(ALICE)).contains(second);
        until(() -> store.tiers().get(1).behind() == 1 && !store.tiers().get(1).up());
        assertThat(copyItself.load(ALICE)).contains(first);
        copy.up();
        until(() -> copied(second));
        until(() -> store.tiers().get(1).behind() == 0);
        assertThat(store.tiers().get(1).up()).isTrue();
    }

    @Test
    void ofManyWritesThatATierMissedItGetsTheLast() {
        TokenRecord record = inserted(ALICE);
        copy.down();
        for (int i = 0; i < 10; i++) {
            TokenRecord next = SampleRecords.next(record);
            assertThat(store.compareAndSet(ALICE, record.revision(), next)).isTrue();
            record = next;
        }
        int written = copy.calls(COMPARE_AND_SET);
        copy.up();

        TokenRecord last = record;
        until(() -> copied(last));
        assertThat(copy.calls(COMPARE_AND_SET))
                .as("the last, and at most one that was under way")
                .isBetween(written + 1, written + 2);
    }

    @Test
    void aClaimIsNotCopied() {
        TokenRecord first = inserted(ALICE);
        TokenRecord claimed = first.next().claim(SampleRecords.claim()).build(SampleRecords.revision(), clock.now());
        assertThat(store.compareAndSet(ALICE, first.revision(), claimed)).isTrue();
        TokenRecord bob = inserted(BOB);

        assertThat(copied(bob)).isTrue();
        assertThat(copyItself.load(ALICE)).contains(first);
    }

    @Test
    void whatIsReadIsCopiedOnce() {
        TokenRecord others = SampleRecords.sparse(ALICE);
        assertThat(authorityItself.compareAndSet(ALICE, TokenStore.ABSENT, others))
                .isTrue();

        assertThat(store.load(ALICE)).contains(others);
        until(() -> copied(others));
        int asked = copy.calls(LOAD);
        assertThat(store.load(ALICE)).contains(others);
        inserted(BOB);

        assertThat(copy.calls(LOAD)).as("only for Bob").isEqualTo(asked + 1);
    }

    @Test
    @Fault("F1")
    void whileTheAuthorityIsDownNothingIsDecidedAndTheNewestCopyIsKnown() {
        TokenRecord first = inserted(ALICE);
        authority.down();

        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.compareAndSet(ALICE, first.revision(), SampleRecords.next(first)))
                .isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(() -> store.remove(ALICE, first.revision())).isInstanceOf(TokenStoreException.class);
        assertThatThrownBy(store::keys).isInstanceOf(TokenStoreException.class);
        assertThat(store.authorityUp()).isFalse();
        assertThat(copied(first)).as("nothing was written anywhere").isTrue();
        assertThat(store.newestKnown(ALICE)).as("it was asked to go").isEmpty();
        assertThat(store.newestKnown(BOB)).isEmpty();
        authority.up();
        until(() -> store.newestKnown(ALICE).isPresent());
    }

    @Test
    @Fault({"F5", "B4"})
    void anAnswerThatWasKeptAsideGoesToTheAuthorityWhenItIsBack() {
        TokenRecord first = inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        authority.down();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);

        assertThat(store.keepAside(second)).isTrue();

        assertThat(store.newestKnown(ALICE)).contains(second);
        assertThat(authorityItself.load(ALICE)).contains(first);
        authority.up();
        assertThat(store.load(ALICE)).isPresent();
        until(() -> authorityItself.load(ALICE).equals(Optional.of(second)));
    }

    @Test
    void anAnswerThatNoTierTakesIsNotSaidToBeKept() {
        TokenRecord first = inserted(ALICE);
        authority.down();
        copy.down();

        assertThat(store.keepAside(SampleRecords.next(first))).isFalse();
    }

    @Test
    @Fault("B18")
    void anAuthorityThatWentBackIsBroughtToTheNewestGenerationByComparing() {
        TokenRecord first = inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();
        until(() -> copied(second));
        assertThat(authorityItself.remove(ALICE, second.revision())).isTrue();
        assertThat(authorityItself.compareAndSet(ALICE, TokenStore.ABSENT, first))
                .isTrue();

        Reconciled done = store.reconcile();

        assertThat(done).isEqualTo(new Reconciled(1, 0, 0, 0, 1, true));
        assertThat(authorityItself.load(ALICE)).contains(second);
        assertThat(copied(second)).isTrue();
        assertThat(store.reconcile()).isEqualTo(new Reconciled(1, 0, 0, 0, 0, true));
    }

    @Test
    void aRemovalThatATierMissedIsMadeUpForAndMeanwhileItsCopyDoesNotCount() {
        TokenRecord first = inserted(ALICE);
        copy.next(REMOVE).times(2).failsBefore();

        assertThat(store.remove(ALICE, first.revision())).isTrue();

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.newestKnown(ALICE)).isEmpty();
        until(() -> copyItself.load(ALICE).isEmpty());
        assertThat(copy.faultsLeft()).isZero();
    }

    @Test
    void aRemovalThatATierMissedIsRememberedByTheNextProcess() {
        store.close();
        store = open(TombstoneFiles.in(folder));
        TokenRecord first = inserted(ALICE);
        copy.down();
        assertThat(store.remove(ALICE, first.revision())).isTrue();
        // that process never reaches its tier again
        TieredTokenStore next = TieredTokenStore.of("authority", authority)
                .fallback("copy", FaultyStore.over(copyItself))
                .tombstones(folder)
                .timekeeper(clock)
                .withoutComparingAtOpening()
                .open();
        authority.down();

        assertThat(next.newestKnown(ALICE)).isEmpty();
        authority.up();
        assertThat(next.reconcile().removed()).isEqualTo(1);
        assertThat(copyItself.load(ALICE)).isEmpty();
        assertThat(TombstoneFiles.in(folder).all())
                .as("nothing is left that it is for")
                .isEmpty();
    }

    @Test
    void whoeverLostTheRaceToRemoveLeavesTheCopyAsItWas() {
        TokenRecord first = inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        assertThat(authorityItself.compareAndSet(ALICE, first.revision(), second))
                .isTrue();

        assertThat(store.remove(ALICE, first.revision())).isFalse();

        assertThat(store.load(ALICE)).contains(second);
        until(() -> copied(second));
        assertThat(store.newestKnown(ALICE)).contains(second);
    }

    @Test
    void aRemovalWhoseAcknowledgementIsLostIsFinishedAndOneThatFailedIsTakenBack() {
        TokenRecord alice = inserted(ALICE);
        TokenRecord bob = inserted(BOB);
        authority.next(REMOVE).failsAfter();
        assertThatThrownBy(() -> store.remove(ALICE, alice.revision())).isInstanceOf(TokenStoreException.class);
        authority.next(REMOVE).failsBefore();
        assertThatThrownBy(() -> store.remove(BOB, bob.revision())).isInstanceOf(TokenStoreException.class);

        until(() -> copyItself.load(ALICE).isEmpty());
        until(() -> store.newestKnown(BOB).equals(Optional.of(bob)));
        assertThat(copied(bob)).isTrue();
    }

    @Test
    void afterARemovalAndANewConsentOnlyTheNewOneIsThere() {
        TokenRecord first = inserted(ALICE);
        copy.down();
        assertThat(store.remove(ALICE, first.revision())).isTrue();
        TokenRecord again = SampleRecords.sparse(ALICE);
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, again)).isTrue();
        assertThat(store.newestKnown(ALICE)).isEmpty();
        copy.up();

        until(() -> copied(again));
        assertThat(store.newestKnown(ALICE)).contains(again);
    }

    @Test
    void anAuthorityThatLostItsRecordsIsNotFilledUpAndItsCopiesAreKeptForAWeek() {
        TokenRecord first = inserted(ALICE);
        assertThat(authorityItself.remove(ALICE, first.revision())).isTrue();

        assertThat(store.reconcile()).isEqualTo(new Reconciled(1, 0, 0, 1, 0, true));

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.newestKnown(ALICE)).isEmpty();
        assertThat(copied(first)).isTrue();
        assertThat(authorityItself.compareAndSet(ALICE, TokenStore.ABSENT, first))
                .as("a backup")
                .isTrue();
        store.reconcile();
        assertThat(store.newestKnown(ALICE)).as("it counts again").contains(first);

        assertThat(authorityItself.remove(ALICE, first.revision())).isTrue();
        assertThat(store.reconcile().hidden()).isEqualTo(1);
        clock.advance(Duration.ofDays(8));
        assertThat(store.reconcile().removed()).isEqualTo(1);
        assertThat(copyItself.load(ALICE)).isEmpty();
    }

    @Test
    void aComparisonThatATierDidNotAnswerSaysSoAndIsMadeAgain() {
        inserted(ALICE);
        copy.down();

        assertThat(store.reconcile()).isEqualTo(new Reconciled(1, 0, 0, 0, 0, false));
        authority.down();
        assertThat(store.reconcile()).isEqualTo(new Reconciled(0, 0, 0, 0, 0, false));
        authority.up();
        copy.up();
        assertThat(store.reconcile().complete()).isTrue();
    }

    @Test
    void aMissedWriteIsMadeUpForAtTheNextOpening() {
        TokenRecord first = inserted(ALICE);
        TokenRecord second = SampleRecords.next(first);
        assertThat(authorityItself.compareAndSet(ALICE, first.revision(), second))
                .isTrue();

        TieredTokenStore next = TieredTokenStore.of("authority", authority)
                .fallback("copy", copy)
                .timekeeper(clock)
                .open();
        until(() -> copied(second));
        assertThat(next.authorityUp()).isTrue();
    }

    @Test
    void itsKeysAreTheAuthoritysPageByPage() {
        for (int i = 0; i < 600; i++) {
            TokenKey key = TokenKey.of("google", "user-" + i);
            assertThat(authorityItself.compareAndSet(key, TokenStore.ABSENT, SampleRecords.sparse(key)))
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
    void itIsWhatItsAuthorityIs() {
        assertThat(store.guarantee()).isEqualTo(TokenStore.Guarantee.PROCESS);
        assertThat(store.costlyWrites()).isFalse();
        assertThat(store.now()).contains(clock.now());
        assertThat(store).isInstanceOf(DueIndex.class);
        assertThat(((DueIndex) store).oldestDue("google")).isEmpty();
        assertThat(((DueIndex) store).due("google", clock.now(), Optional.empty(), 10))
                .isEmpty();
    }

    @Test
    void closingWritesWhatWaitsAndClosesEveryTier() {
        TokenRecord first = inserted(ALICE);
        copy.down();
        TokenRecord second = SampleRecords.next(first);
        assertThat(store.compareAndSet(ALICE, first.revision(), second)).isTrue();
        until(() -> !store.tiers().get(1).up());
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
    void aChainThatIsNoneIsRefused() {
        InMemoryTokenStore one = new InMemoryTokenStore(clock);
        assertThatThrownBy(() -> TieredTokenStore.of(one).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the chain of InMemoryTokenStore has no fallback");
        assertThatThrownBy(() -> TieredTokenStore.of("one", one)
                        .fallback("one", new InMemoryTokenStore(clock))
                        .open())
                .hasMessage("two tiers are called \"one\"; name them");
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
