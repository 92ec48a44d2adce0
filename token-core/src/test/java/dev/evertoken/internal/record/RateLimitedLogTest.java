package dev.evertoken.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class RateLimitedLogTest {

    private final SteppedTime time = new SteppedTime();
    private final RateLimitedLog line = new RateLimitedLog(time);
    private final List<Long> logged = new ArrayList<>();

    @Test
    void theFirstLineIsLoggedAtOnce() {
        line.log(logged::add);

        assertThat(logged).containsExactly(0L);
    }

    @Test
    void linesWithinAMinuteAreCountedAndReportedWithTheNextLine() {
        for (int i = 0; i < 60; i++) {
            line.log(logged::add);
            time.nanos += Duration.ofSeconds(1).toNanos();
        }
        line.log(logged::add);
        time.nanos += Duration.ofMinutes(3).toNanos();
        line.log(logged::add);

        assertThat(logged).containsExactly(0L, 59L, 0L);
    }

    private static final class SteppedTime implements Timekeeper {
        private long nanos = Long.MAX_VALUE - Duration.ofSeconds(30).toNanos(); // overflows during the test

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
            throw new UnsupportedOperationException("no timers here");
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) {
            throw new UnsupportedOperationException("no waiting here");
        }
    }
}
