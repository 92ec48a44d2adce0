package dev.evertoken.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ExpiringEntriesTest {

    private final SteppedTime time = new SteppedTime();
    private final ExpiringEntries<String, Integer> entries = new ExpiringEntries<>(2, Duration.ofMinutes(1), time);

    @Test
    void anEntryExpiresAfterItsLifetimeSinceTheWrite() {
        entries.put("a", 1);
        time.advance(Duration.ofSeconds(59));
        assertThat(entries.get("a")).hasValue(1); // a read does not prolong it
        time.advance(Duration.ofSeconds(1));

        assertThat(entries.get("a")).isEmpty();
        assertThat(entries.putIfAbsent("a", 2)).isTrue();
    }

    @Test
    void aNewEntryEvictsTheOneThatWasWrittenFirst() {
        entries.put("a", 1);
        entries.put("b", 2);
        entries.put("a", 3); // now "b" was written first
        entries.put("c", 4);

        assertThat(entries.get("b")).isEmpty();
        assertThat(entries.get("a")).hasValue(3);
        assertThat(entries.get("c")).hasValue(4);
    }

    @Test
    void onlyTheFirstOfTwoIsPutUntilItIsRemoved() {
        assertThat(entries.putIfAbsent("a", 1)).isTrue();
        assertThat(entries.putIfAbsent("a", 2)).isFalse();
        assertThat(entries.get("a")).hasValue(1);
        entries.remove("a");
        assertThat(entries.putIfAbsent("a", 3)).isTrue();
    }

    @Test
    void theOriginOfTheClockDoesNotMatter() {
        time.nanos = Long.MAX_VALUE - 1;
        entries.put("a", 1);
        time.advance(Duration.ofSeconds(59)); // overflows
        assertThat(entries.get("a")).hasValue(1);
        time.advance(Duration.ofSeconds(1));
        assertThat(entries.get("a")).isEmpty();
    }

    private static final class SteppedTime implements Timekeeper {
        private long nanos;

        void advance(Duration by) {
            nanos += by.toNanos();
        }

        @Override
        public long millis() {
            return 0;
        }

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Scheduled schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) {
            throw new UnsupportedOperationException();
        }
    }
}
