package dev.evertoken;

import static dev.evertoken.SampleRecords.ALICE;
import static dev.evertoken.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.TokenStore;
import dev.evertoken.spi.UnreadableRecordException;
import dev.evertoken.spi.UnreadableRecordException.Reason;
import dev.evertoken.testing.WrappedStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The store as the engine sees it: its failures noticed, and what was not worth a write on top. */
class WatchedStoreTest {

    private final EngineBench bench = EngineBench.of(RefreshModel.STATIC);
    private final WatchedStore store = bench.workshop.store();

    @Test
    void whatTheStoreDoesIsDone() {
        TokenRecord record =
                bench.first(ALICE, bench.tokens(), Optional.empty(), Descent.ofConsent(bench.provider.profile()));

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isFalse();
        assertThat(store.load(ALICE)).contains(record);
        try (Stream<?> keys = store.keys()) {
            assertThat(keys).hasSize(1);
        }
        assertThat(store.now()).contains(bench.time.now());
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.STATIC))).isFalse();
        bench.shelf.isCostly();
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.STATIC))).isTrue();
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.REISSUED))).isTrue();
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.ROTATING))).isFalse();
        assertThat(store.remove(ALICE, record.revision() + 1)).isFalse();
        assertThat(store.remove(ALICE, record.revision())).isTrue();
        assertThat(store.failedSince(0)).isFalse();
    }

    @Test
    void aFailureIsNoticedFromItsMomentOn() {
        bench.store.down();
        long failed = bench.time.nanos();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        bench.clock.advance(Duration.ofSeconds(1));

        assertThat(store.failedSince(failed)).isTrue();
        assertThat(store.failedSince(failed - 1)).isTrue();
        assertThat(store.failedSince(failed + 1)).isFalse();
    }

    @Test
    void aStoreThatThrowsAnythingElseIsAStoreThatFails() {
        bench.shelf.beforeALoad(() -> {
            throw new IllegalStateException("planned by a test");
        });

        TokenException failure = EngineBench.failureOf(() -> store.load(ALICE));

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure)
                .hasMessage("the store failed to load with IllegalStateException")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(store.failedSince(bench.time.nanos())).isTrue();
    }

    @Test
    void aRecordThatCannotBeReadIsNoFailureOfTheStore() {
        bench.connect(ALICE);
        bench.shelf.spoil(ALICE, Reason.CORRUPT);

        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(UnreadableRecordException.class);
        assertThat(store.failedSince(0)).isFalse();
    }

    @Test
    void aStoreThatDoesNotTellTheTimeHasNone() {
        bench.store.next(NOW).failsBefore();

        assertThat(store.now()).isEmpty();
        assertThat(store.failedSince(bench.time.nanos())).isTrue();
    }

    @Test
    void aListThatFailsAtItsBeginningIsAStoreThatFailsAndIsClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        WatchedStore failing = over(new WrappedStore(bench.shelf) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.<TokenKey>generate(() -> {
                            throw new IllegalStateException("planned by a test");
                        })
                        .onClose(() -> closed.set(true));
            }
        });

        TokenException failure = EngineBench.failureOf(failing::keys);

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failing.failedSince(bench.time.nanos())).isTrue();
        assertThat(closed).isTrue();
    }

    @Test
    void aListIsReadAsItIsAskedForAndClosedByWhoeverAskedForIt() {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger read = new AtomicInteger();
        WatchedStore store = over(new WrappedStore(bench.shelf) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.iterate(0, at -> at + 1)
                        .map(at -> TokenKey.of("acme", "account" + read.incrementAndGet()))
                        .onClose(() -> closed.set(true));
            }
        });

        try (Stream<TokenKey> keys = store.keys()) {
            assertThat(read).hasValue(1);
            assertThat(keys.limit(3).toList()).hasSize(3);
            assertThat(read).as("none that nobody has asked for").hasValue(3);
            assertThat(closed).isFalse();
        }
        assertThat(closed).isTrue();
    }

    @Test
    void aListThatStopsInBetweenIsNotTakenForAWholeOne() {
        WatchedStore stopping = over(new WrappedStore(bench.shelf) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.of(ALICE, BOB).peek(key -> {
                    if (key.equals(BOB)) {
                        throw TokenStoreException.unavailable(
                                "the store has gone", new IOException("planned by a test"));
                    }
                });
            }
        });

        try (Stream<TokenKey> keys = stopping.keys()) {
            assertThatThrownBy(keys::toList).isInstanceOf(TokenStoreException.class);
        }
    }

    @Test
    void placesThatFailToTellTheirAccountsHaveNone() {
        WatchedStore failing = over(new WrappedStore(bench.shelf) {
            @Override
            public Stream<TokenKey> knownKeys() {
                throw new IllegalStateException("planned by a test");
            }
        });

        assertThat(failing.knownKeys()).isEmpty();
        assertThat(failing.failedSince(0)).isFalse();
    }

    @Test
    void whatIsNotWrittenIsOnTopOfTheVeryRecordThatItWasMadeFrom() {
        TokenRecord record = bench.connect(ALICE);
        TokenRecord kept = record.next().generation(2).build(record.revision(), bench.time.now());

        store.keepUnwritten(kept);
        assertThat(store.load(ALICE)).contains(kept);

        TokenRecord written = bench.change(record.next());
        assertThat(store.load(ALICE)).contains(written);
        bench.remove(ALICE);
        assertThat(store.load(ALICE)).isEmpty();
    }

    @Test
    void sinceWhenTheStoreIsSilentIsItsFirstFailureUntilItAnswers() {
        assertThat(store.silentSince()).isEqualTo(bench.time.now());
        bench.store.down();
        Instant first = bench.time.now();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        bench.clock.advance(Duration.ofSeconds(9));
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThat(store.silentSince()).isEqualTo(first);

        bench.store.up();
        assertThat(store.load(ALICE)).isEmpty();

        assertThat(store.silentSince()).isEqualTo(bench.time.now());
    }

    // ---- its other places

    @Test
    void theNewestThatOtherPlacesHaveIsWithWhatWasNotWorthAWrite() {
        assertThat(store.newestKnown(ALICE)).isEmpty();
        TokenRecord record = bench.connect(ALICE);
        bench.shelf.hasCopy(record);
        assertThat(store.newestKnown(ALICE)).contains(record);

        TokenRecord kept = record.next().generation(2).build(record.revision(), bench.time.now());
        store.keepUnwritten(kept);

        assertThat(store.newestKnown(ALICE)).contains(kept);
    }

    @Test
    void whetherAnotherPlaceTookAnAnswerIsAsItSays() {
        TokenRecord record = bench.connect(ALICE);
        assertThat(store.keepAside(record)).isFalse();

        bench.shelf.hasCopy(record);

        assertThat(store.keepAside(record)).isTrue();
        assertThat(bench.shelf.aside()).containsExactly(record);
    }

    @Test
    void otherPlacesThatFailAreNoFailureOfTheStore() {
        TokenRecord record = bench.connect(ALICE);
        WatchedStore broken = over(new WrappedStore(bench.store) {
            @Override
            public Optional<TokenRecord> newestKnown(TokenKey key) {
                throw new IllegalStateException("planned by a test");
            }

            @Override
            public boolean keepAside(TokenRecord unsaved) {
                throw new IllegalStateException("planned by a test");
            }
        });

        assertThat(broken.newestKnown(ALICE)).isEmpty();
        assertThat(broken.keepAside(record)).isFalse();
        assertThat(broken.failedSince(0)).isFalse();
    }

    private WatchedStore over(TokenStore store) {
        return new WatchedStore(store, bench.time, new Unwritten(10));
    }
}
