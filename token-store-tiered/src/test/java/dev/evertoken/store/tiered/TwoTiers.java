package dev.evertoken.store.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.store.InMemoryTokenStore;
import dev.evertoken.testing.FaultyStore;
import dev.evertoken.testing.ManualClock;
import dev.evertoken.testing.SampleRecords;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A chain of an authority and one copy, both in memory, with faults that a test can inject. Close it after use. */
final class TwoTiers implements AutoCloseable {

    final ManualClock clock = ManualClock.start();
    final InMemoryTokenStore authorityItself = new InMemoryTokenStore(clock);
    final InMemoryTokenStore copyItself = new InMemoryTokenStore(clock);
    final FaultyStore authority = FaultyStore.over(authorityItself);
    final FaultyStore copy = FaultyStore.over(copyItself);
    final TieredTokenStore store = opening().open();

    /** Returns a builder of the same chain, for a further process. */
    TieredTokenStoreBuilder opening() {
        return TieredTokenStore.of("authority", authority)
                .fallback("copy", copy)
                .timekeeper(clock)
                .withoutInitialReconcile();
    }

    /** Waits in real time, and advances the clock while there are timers and no waits. */
    void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            if (clock.timers() > 0 && clock.waits() == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
            Thread.onSpinWait();
        }
    }

    boolean copied(TokenRecord record) {
        return copyItself.load(record.key()).equals(Optional.of(record));
    }

    /** Inserts the first record of an account and returns it once both tiers have it. */
    TokenRecord inserted(TokenKey key) {
        TokenRecord first = SampleRecords.sparse(key);
        assertThat(store.compareAndSet(key, TokenStore.ABSENT, first)).isTrue();
        until(() -> copied(first));
        return first;
    }

    @Override
    public void close() {
        authority.up();
        copy.up();
        store.close();
    }
}
