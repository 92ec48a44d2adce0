package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EngineThreadsTest {

    @Test
    @Fault("L1")
    void threadsAreStartedOnDemandAndEndWhenTheyAreIdle() throws InterruptedException {
        ExecutorService threads = EngineThreads.forCycles(Duration.ofMillis(20));
        BlockingQueue<Thread> started = new LinkedBlockingQueue<>();
        CountDownLatch all = new CountDownLatch(100);
        for (int task = 0; task < 100; task++) {
            threads.execute(() -> {
                started.add(Thread.currentThread());
                all.countDown();
                awaitOrThrow(all);
            });
        }
        assertThat(all.await(10, TimeUnit.SECONDS))
                .as("a hundred tasks at the same time")
                .isTrue();

        List<Thread> workers = new ArrayList<>(started);
        for (Thread worker : workers) {
            assertThat(worker.isDaemon()).isTrue();
            assertThat(worker.getName()).startsWith("evertoken-");
            worker.join(10_000);
            assertThat(worker.isAlive()).as(worker.getName()).isFalse();
        }
    }

    private static void awaitOrThrow(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted by a test", e);
        }
    }
}
