package dev.evertoken.providers.internal.oauth2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.evertoken.spi.Timekeeper;
import dev.evertoken.testing.ForwardingTimekeeper;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Name lookups with a timeout. */
class NameLookupTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private final Timekeeper time = Timekeeper.system();

    @AfterEach
    void endTimers() {
        time.close();
    }

    @Test
    void aHangingLookupEndsAtItsTimeout() {
        CountDownLatch never = new CountDownLatch(1);
        NameLookup names = new NameLookup(host -> {
            await(never);
            return List.of();
        });

        assertThatThrownBy(() -> names.lookup("slow.example", time, Duration.ofMillis(50)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("slow.example was not resolved within 50 ms");
        never.countDown();
    }

    @Test
    void concurrentCallersOfOneNameShareOneLookup() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        CountDownLatch waiting = new CountDownLatch(8);
        CountDownLatch go = new CountDownLatch(1);
        NameLookup names = new NameLookup(host -> {
            lookups.incrementAndGet();
            await(go);
            return List.of(InetAddress.getLoopbackAddress());
        });
        Timekeeper counting = new Counting(time, waiting);
        Callable<List<InetAddress>> lookup = () -> names.lookup("one.example", counting, LONG);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<List<InetAddress>>> callers =
                    Stream.generate(() -> threads.submit(lookup)).limit(8).toList();
            await(waiting);
            go.countDown();

            for (Future<List<InetAddress>> caller : callers) {
                assertThat(caller.get(20, TimeUnit.SECONDS)).containsExactly(InetAddress.getLoopbackAddress());
            }
            assertThat(lookups).hasValue(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aFailureIsNotRemembered() throws Exception {
        AtomicInteger lookups = new AtomicInteger();
        NameLookup names = new NameLookup(host -> {
            if (lookups.incrementAndGet() == 1) {
                throw new IllegalStateException("the resolver is broken");
            }
            return List.of(InetAddress.getLoopbackAddress());
        });

        assertThatThrownBy(() -> names.lookup("flaky.example", time, LONG))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("flaky.example cannot be resolved");
        assertThat(retried(names)).containsExactly(InetAddress.getLoopbackAddress());
    }

    /** Retries, because the failed lookup is removed from the table shortly after its waiters get the failure. */
    private List<InetAddress> retried(NameLookup names) throws UnknownHostException {
        while (true) {
            try {
                return names.lookup("flaky.example", time, LONG);
            } catch (UnknownHostException e) {
                Thread.onSpinWait();
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Counts the callers that have started to wait. */
    private static final class Counting extends ForwardingTimekeeper {
        private final CountDownLatch waiting;

        private Counting(Timekeeper time, CountDownLatch waiting) {
            super(time);
            this.waiting = waiting;
        }

        @Override
        public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
            waiting.countDown();
            return super.await(event, timeout);
        }
    }
}
