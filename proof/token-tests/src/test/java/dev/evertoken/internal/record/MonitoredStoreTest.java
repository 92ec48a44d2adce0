package dev.evertoken.internal.record;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.BOB;
import static dev.evertoken.testing.StoreOperation.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.refresh.EngineFixture;
import dev.evertoken.model.Problem;
import dev.evertoken.model.RefreshModel;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.UnreadableRecordException;
import dev.evertoken.spi.store.UnreadableRecordException.Reason;
import dev.evertoken.testing.ForwardingTokenStore;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The store as the engine sees it: failures are tracked, and unwritten changes are merged into its records. */
class MonitoredStoreTest {

    private final EngineFixture engine = EngineFixture.of(RefreshModel.STATIC);
    private final MonitoredStore store = engine.parts.store();

    @Test
    void everyOperationIsPassedToTheStore() {
        TokenRecord record = engine.first(
                ALICE, engine.tokens(), Optional.empty(), GrantSource.ofConsent(engine.provider.profile()));

        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isTrue();
        assertThat(store.compareAndSet(ALICE, TokenStore.ABSENT, record)).isFalse();
        assertThat(store.load(ALICE)).contains(record);
        try (Stream<?> keys = store.keys()) {
            assertThat(keys).hasSize(1);
        }
        assertThat(store.now()).contains(engine.time.now());
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.STATIC))).isFalse();
        engine.peers.isCostly();
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.STATIC))).isTrue();
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.REISSUED))).isTrue();
        assertThat(store.sparesClaims(SampleRecords.of(RefreshModel.ROTATING))).isFalse();
        assertThat(store.remove(ALICE, record.revision() + 1)).isFalse();
        assertThat(store.remove(ALICE, record.revision())).isTrue();
        assertThat(store.failedSince(ALICE, 0)).isFalse();
    }

    @Test
    void aFailureIsVisibleFromTheTimeItOccurred() {
        engine.store.down();
        long failed = engine.time.nanos();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        engine.clock.advance(Duration.ofSeconds(1));

        assertThat(store.failedSince(ALICE, failed)).isTrue();
        assertThat(store.failedSince(ALICE, failed - 1)).isTrue();
        assertThat(store.failedSince(ALICE, failed + 1)).isFalse();
    }

    @Test
    void anyOtherExceptionOfTheStoreIsReportedAsStoreUnavailable() {
        engine.peers.beforeALoad(() -> {
            throw new IllegalStateException("planned by a test");
        });

        TokenException failure = EngineFixture.failureOf(() -> store.load(ALICE));

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(failure)
                .hasMessage("the store failed to load with IllegalStateException")
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(store.failedSince(ALICE, engine.time.nanos())).isTrue();
    }

    @Test
    @Fault("L2")
    void anArgumentThatTheStoreRefusesIsNotAStoreFailure() {
        engine.peers.beforeALoad(() -> {
            throw new IllegalArgumentException("planned by a test");
        });

        TokenException failure = EngineFixture.failureOf(() -> store.load(ALICE));

        assertThat(failure.problem()).isEqualTo(Problem.STORE_REFUSED);
        assertThat(failure)
                .isInstanceOf(TokenStoreException.class)
                .hasMessage("the store failed to load with IllegalArgumentException");
        assertThat(store.failedSince(ALICE, 0)).isFalse();
    }

    @Test
    @Fault("L2")
    void aFailureOfAnotherAccountIsNotOneOfThisAccount() {
        engine.store.down();
        long failed = engine.time.nanos();
        assertThatThrownBy(() -> store.load(BOB)).isInstanceOf(TokenStoreException.class);
        engine.store.up();
        assertThat(store.load(ALICE)).isEmpty();

        assertThat(store.failedSince(BOB, failed)).isTrue();
        assertThat(store.failedSince(ALICE, failed)).isFalse();
    }

    @Test
    void anUnreadableRecordIsNotAStoreFailure() {
        engine.connect(ALICE);
        engine.peers.spoil(ALICE, Reason.CORRUPT);

        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(UnreadableRecordException.class);
        assertThat(store.failedSince(ALICE, 0)).isFalse();
    }

    @Test
    @Fault("L2")
    void theStoreTimeIsEmptyIfReadingItFailsWhichIsNoFailureOfItsRecords() {
        engine.store.next(NOW).failBefore();

        assertThat(store.now()).isEmpty();
        assertThat(engine.store.faultsLeft()).isZero();
        engine.clock.advance(Duration.ofMinutes(1));
        assertThat(store.load(ALICE)).isEmpty();
        assertThat(store.failedSince(ALICE, 0)).isFalse();
    }

    @Test
    void aListingThatFailsAtItsFirstElementIsAStoreFailureAndIsClosed() {
        AtomicBoolean closed = new AtomicBoolean();
        MonitoredStore failing = over(new ForwardingTokenStore(engine.store) {
            @Override
            public Stream<TokenKey> keys() {
                return Stream.<TokenKey>generate(() -> {
                            throw new IllegalStateException("planned by a test");
                        })
                        .onClose(() -> closed.set(true));
            }
        });

        TokenException failure = EngineFixture.failureOf(failing::keys);

        assertThat(failure.problem()).isEqualTo(Problem.STORE_UNAVAILABLE);
        assertThat(closed).isTrue();
        engine.clock.advance(Duration.ofSeconds(6));
        assertThat(failing.load(ALICE)).isEmpty();
        assertThat(failing.failedSince(ALICE, engine.time.nanos() - 1))
                .as("no call has succeeded for longer than 5 seconds")
                .isTrue();
    }

    @Test
    void aListingIsReadLazilyAndClosedByItsCaller() {
        AtomicBoolean closed = new AtomicBoolean();
        AtomicInteger read = new AtomicInteger();
        MonitoredStore store = over(new ForwardingTokenStore(engine.store) {
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
            assertThat(read).as("only the keys that were requested").hasValue(3);
            assertThat(closed).isFalse();
        }
        assertThat(closed).isTrue();
    }

    @Test
    void aListingThatFailsMidwayThrows() {
        MonitoredStore stopping = over(new ForwardingTokenStore(engine.store) {
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
    void knownKeysAreEmptyIfReadingThemFails() {
        MonitoredStore failing = over(new ForwardingTokenStore(engine.store) {
            @Override
            public Stream<TokenKey> knownKeys() {
                throw new IllegalStateException("planned by a test");
            }
        });

        assertThat(failing.knownKeys()).isEmpty();
        assertThat(failing.failedSince(ALICE, 0)).isFalse();
    }

    @Test
    void anUnwrittenChangeIsReturnedOnlyWhileTheStoreHoldsItsBaseRecord() {
        TokenRecord record = engine.connect(ALICE);
        TokenRecord kept = record.next().generation(2).build(record.revision(), engine.time.now());

        store.keepUnwritten(kept);
        assertThat(store.load(ALICE)).contains(kept);

        TokenRecord written = engine.change(record.next());
        assertThat(store.load(ALICE)).contains(written);
        engine.remove(ALICE);
        assertThat(store.load(ALICE)).isEmpty();
    }

    @Test
    void silentSinceIsTheTimeOfTheFirstFailureUntilTheStoreRecovers() {
        assertThat(store.silentSince()).isEqualTo(engine.time.now());
        engine.store.down();
        Instant first = engine.time.now();
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        engine.clock.advance(Duration.ofSeconds(9));
        assertThatThrownBy(() -> store.load(ALICE)).isInstanceOf(TokenStoreException.class);
        assertThat(store.silentSince()).isEqualTo(first);

        engine.store.up();
        assertThat(store.load(ALICE)).isEmpty();

        assertThat(store.silentSince()).isEqualTo(engine.time.now());
    }

    // ---- additional copies of the store

    @Test
    void theNewestKnownRecordIncludesUnwrittenChanges() {
        assertThat(store.newestKnown(ALICE)).isEmpty();
        TokenRecord record = engine.connect(ALICE);
        engine.peers.hasCopy(record);
        assertThat(store.newestKnown(ALICE)).contains(record);

        TokenRecord kept = record.next().generation(2).build(record.revision(), engine.time.now());
        store.keepUnwritten(kept);

        assertThat(store.newestKnown(ALICE)).contains(kept);
    }

    @Test
    void keepAsideReturnsWhetherTheRecordWasAccepted() {
        TokenRecord record = engine.connect(ALICE);
        assertThat(store.keepAside(record)).isFalse();

        engine.peers.hasCopy(record);

        assertThat(store.keepAside(record)).isTrue();
        assertThat(engine.peers.aside()).containsExactly(record);
    }

    @Test
    void aFailureOfAnAdditionalCopyIsNotAStoreFailure() {
        TokenRecord record = engine.connect(ALICE);
        MonitoredStore broken = over(new ForwardingTokenStore(engine.store) {
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
        assertThat(broken.failedSince(ALICE, 0)).isFalse();
    }

    private MonitoredStore over(TokenStore store) {
        return new MonitoredStore(store, engine.time, new UnwrittenRecords(10), Duration.ofSeconds(5));
    }
}
