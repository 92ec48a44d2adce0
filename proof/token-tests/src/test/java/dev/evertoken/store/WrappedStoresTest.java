package dev.evertoken.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.internal.record.BatchingStore;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.LoadResult;
import dev.evertoken.spi.store.RelatedIndex;
import dev.evertoken.spi.store.TimedRecord;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStore.Guarantee;
import dev.evertoken.store.tiered.TieredTokenStore;
import dev.evertoken.testing.CrashPoints;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ForwardingTokenStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every store that wraps another one has what that one offers beyond single records. */
class WrappedStoresTest {

    private static final TokenKey ANNA = TokenKey.of("acme", "anna");
    private static final TokenKey BEN = TokenKey.of("acme", "ben");
    private static final int BATCH = 77;

    private final BatchingStore inner = new BatchingStore(new InMemoryTokenStore(ManualClock.start()), BATCH);
    private final TokenRecord annas = SampleRecords.sparse(ANNA);

    static Stream<Named<UnaryOperator<TokenStore>>> wrappers() {
        return Stream.of(
                Named.of("on demand", store -> StoreOnDemand.of(Guarantee.PROCESS, () -> store)),
                Named.of("faulty", FaultyStore::over),
                Named.of("crash points", store -> CrashPoints.none().around(store)),
                Named.of(
                        "tiered",
                        store -> TieredTokenStore.of(store)
                                .fallback(new InMemoryTokenStore())
                                .open()));
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    @Fault("P1")
    void aWrappedStoreReadsBatches(UnaryOperator<TokenStore> wrapper) {
        try (TokenStore wrapped = wrapper.apply(inner)) {
            assertThat(wrapped.compareAndSet(ANNA, TokenStore.ABSENT, annas)).isTrue();

            assertThat(wrapped.batchSize()).isEqualTo(BATCH);
            assertThat(wrapped.loadAll(List.of(ANNA, BEN)))
                    .containsExactly(LoadResult.of(annas), LoadResult.absent(BEN));
            assertThat(inner.batches()).containsExactly(2);
        }
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    @Fault("P2")
    void aWrappedStoreWritesAsManyAccountsAtTheSameTime(UnaryOperator<TokenStore> wrapper) {
        TokenStore concurrent = new ForwardingTokenStore(inner) {
            @Override
            public int concurrentWrites() {
                return 5;
            }
        };
        try (TokenStore wrapped = wrapper.apply(concurrent)) {
            assertThat(wrapped.load(ANNA)).as("the store is open").isEmpty();

            assertThat(wrapped.concurrentWrites()).isEqualTo(5);
        }
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    @Fault("P1")
    void aWrappedStoreFindsRelatedAccountsIfTheOtherDoes(UnaryOperator<TokenStore> wrapper) {
        try (TokenStore wrapped = wrapper.apply(inner)) {
            assertThat(RelatedIndex.of(wrapped).related("acme", annas)).hasValue(List.of());
        }
        try (TokenStore wrapped = wrapper.apply(new Unindexed())) {
            assertThat(RelatedIndex.of(wrapped).related("acme", annas)).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("wrappers")
    void aWrappedStoreReadsTheTimeWithARecordIfTheOtherDoes(UnaryOperator<TokenStore> wrapper) {
        ManualClock clock = ManualClock.start();
        TokenStore timed = new ForwardingTokenStore(inner) {
            @Override
            public TimedRecord loadTimed(TokenKey key) {
                return new TimedRecord(load(key), Optional.of(clock.now()));
            }
        };
        try (TokenStore wrapped = wrapper.apply(timed)) {
            assertThat(wrapped.compareAndSet(ANNA, TokenStore.ABSENT, annas)).isTrue();

            assertThat(wrapped.loadTimed(ANNA))
                    .isEqualTo(new TimedRecord(Optional.of(annas), Optional.of(clock.now())));
        }
    }

    /** A store without an index. */
    private static final class Unindexed extends ForwardingTokenStore {
        Unindexed() {
            super(new InMemoryTokenStore());
        }

        @Override
        public Optional<List<TokenKey>> related(String registration, TokenRecord record) {
            return Optional.empty();
        }
    }

    @Test
    void aForwardingStoreOfATestReadsSingleRecordsSoThatTheTestSeesEachOfThem() {
        ForwardingTokenStore forwarding = new ForwardingTokenStore(inner);
        assertThat(forwarding.compareAndSet(ANNA, TokenStore.ABSENT, annas)).isTrue();

        assertThat(forwarding.batchSize()).isEqualTo(1);
        assertThat(forwarding.loadAll(List.of(ANNA))).containsExactly(LoadResult.of(annas));
        assertThat(inner.batches()).isEmpty();
    }
}
