package dev.evertoken.background;

import static dev.evertoken.background.BackgroundFixture.HOUR;
import static dev.evertoken.background.BackgroundFixture.acme;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.Tokens;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cost of a sweep follows the accounts that are due, not those that are stored. */
class SweepCostTest {

    private static final boolean LONG = Boolean.getBoolean("evertoken.long");
    private static final int DUE = LONG ? 1_000 : 100;
    private static final int FEW = LONG ? 10_000 : 500;
    private static final int MANY = LONG ? 1_000_000 : 20_000;

    /** The reads of one run. */
    private record Cost(int queries, int keys, int loads, int listings) {}

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void theSameAccountsCostTheSameInALargeStore() {
        assertThat(costOf(MANY)).isEqualTo(costOf(FEW));
    }

    private static Cost costOf(int stored) {
        BackgroundFixture fixture = new BackgroundFixture(CountedStore::new);
        try {
            Tokens tokens = fixture.tokens(builder -> builder.cacheSize(1_000));
            CountedStore store = (CountedStore) fixture.store;
            fixture.connect(tokens, DUE);
            TokenRecord other = fixture.record(acme(0));
            fixture.clock.advance(HOUR);
            Instant now = fixture.clock.now();
            tokens.connect(acme(DUE), fixture.acme.consent());
            TokenRecord fresh = fixture.record(acme(DUE));
            IntStream.range(DUE + 1, stored)
                    .forEach(n -> assertThat(store.compareAndSet(
                                    acme(n),
                                    TokenStore.ABSENT,
                                    fresh.toBuilder().key(acme(n)).build(other.revision() + n, now)))
                            .isTrue());
            BackgroundRefresh background = BackgroundRefresh.builder(tokens)
                    .refreshIdle()
                    .ratePerMinute(1_000_000)
                    .auditReads(1)
                    .build();
            store.reset();

            SweepReport report = fixture.runOnce(background);

            assertThat(report.refreshed()).isEqualTo(DUE);
            return new Cost(store.queries.get(), store.keysRead.get(), store.loads.get(), store.listings.get());
        } finally {
            fixture.close();
        }
    }
}
