package dev.evertoken.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.Timekeeper;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RandomNumbersTest {

    private static final int THREADS = 8;
    private static final int NUMBERS = 2000;

    private final CountingSource source = new CountingSource();
    private final FixedTime time = new FixedTime();
    private final RandomNumbers numbers = new RandomNumbers(source, time);

    @Test
    void noNumberIsReturnedTwiceToManyThreads() throws Exception {
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> ended = new ArrayList<>();
        for (int n = 0; n < THREADS; n++) {
            ended.add(threads.submit(() -> {
                for (int i = 0; i < NUMBERS; i++) {
                    seen.add(numbers.next());
                }
            }));
        }
        for (Future<?> thread : ended) {
            thread.get(30, TimeUnit.SECONDS);
        }
        threads.shutdown();

        assertThat(seen).hasSize(THREADS * NUMBERS);
    }

    @Test
    void theSourceIsReadForManyNumbersAtOnce() {
        for (int i = 0; i < NUMBERS; i++) {
            numbers.next();
        }

        assertThat(source.reads).isLessThan(NUMBERS / 10);
    }

    @Test
    void numbersThatWereReadATenthOfASecondAgoAreNotUsed() {
        for (int i = 0; i < NUMBERS; i++) {
            numbers.next();
        }
        int before = source.reads;
        time.millis += RandomNumbers.LONGEST_MILLIS;

        numbers.next();

        assertThat(source.reads).isEqualTo(before + 1);
    }

    @Test
    void numbersThatWereReadBeforeTheClockWentBackAreNotUsed() {
        for (int i = 0; i < NUMBERS; i++) {
            numbers.next();
        }
        int before = source.reads;
        time.millis -= 1;

        numbers.next();

        assertThat(source.reads).isEqualTo(before + 1);
    }

    @Test
    void aPositiveNumberIsPositive() {
        for (int i = 0; i < NUMBERS; i++) {
            assertThat(numbers.nextPositive()).isPositive();
        }
    }

    /** Random bytes, with the number of reads. */
    private static final class CountingSource extends SecureRandom {
        private static final long serialVersionUID = 1L;

        private int reads;

        @Override
        public void nextBytes(byte[] bytes) {
            super.nextBytes(bytes);
            reads++;
        }
    }

    private static final class FixedTime implements Timekeeper {
        private long millis = 1_000_000;

        @Override
        public long millis() {
            return millis;
        }

        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(millis);
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
