package dev.evertoken.internal.event;

import static dev.evertoken.internal.record.SampleRecords.ALICE;
import static dev.evertoken.internal.record.SampleRecords.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersTest {

    private final Timekeeper time = Timekeeper.system();

    @AfterEach
    void closeTime() {
        time.close();
    }

    @Test
    void noThreadIsStartedWithoutAListener() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();

        try (Listeners listeners = new Listeners(List.of(), time, event -> {})) {
            listeners.publish(conflict(1));
            assertThat(listeners.dropped()).isZero();
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .noneMatch(thread -> thread.getName().startsWith("evertoken-listener"));
    }

    @Test
    void everyListenerReceivesEveryEventInOrder() {
        Recorder first = new Recorder();
        Recorder second = new Recorder();

        try (Listeners listeners = new Listeners(List.of(first, second), time, event -> {})) {
            LongStream.range(0, 900).forEach(i -> listeners.publish(conflict(i)));
        }

        assertThat(first.generations)
                .containsExactlyElementsOf(LongStream.range(0, 900).boxed().toList());
        assertThat(second.generations).containsExactlyElementsOf(first.generations);
    }

    @Test
    void eventsOfOneThreadStayInOrderWhileOthersPublish() throws Exception {
        Recorder recorder = new Recorder();
        ExecutorService publishers = Executors.newFixedThreadPool(4);
        try (Listeners listeners = new Listeners(List.of(recorder), time, event -> {})) {
            List<Future<?>> done = new ArrayList<>();
            for (int publisher = 0; publisher < 4; publisher++) {
                long base = publisher * 1000L;
                done.add(publishers.submit(
                        () -> LongStream.range(base, base + 200).forEach(i -> listeners.publish(conflict(i)))));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            publishers.shutdownNow();
        }

        assertThat(recorder.generations).hasSize(800);
        for (long publisher = 0; publisher < 4; publisher++) {
            long base = publisher * 1000;
            assertThat(recorder.generations.stream().filter(i -> i / 1000 * 1000 == base))
                    .isSorted();
        }
    }

    @Test
    void listenersAreCalledOnADaemonThreadOfTheirOwn() throws Exception {
        AtomicReference<Thread> caller = new AtomicReference<>();
        CountDownLatch called = new CountDownLatch(1);
        try (Listeners listeners = new Listeners(
                List.of(new Listening(event -> {
                    caller.set(Thread.currentThread());
                    called.countDown();
                })),
                time,
                event -> {})) {
            listeners.publish(conflict(1));
            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(caller.get().isDaemon()).isTrue();
        assertThat(caller.get().getName()).isEqualTo("evertoken-listener-1");
    }

    @Test
    @Fault("B15")
    void aListenerThatThrowsReceivesTheNextEventAndDoesNotAffectOtherListeners() {
        Recorder good = new Recorder();
        AtomicInteger calls = new AtomicInteger();
        Listening bad = new Listening(event -> {
            calls.incrementAndGet();
            throw new AssertionError("thrown on purpose");
        });
        Listening checkedThrower =
                new Listening(event -> ListenersTest.<RuntimeException>throwUnchecked(new Exception("checked")));

        try (Listeners listeners = new Listeners(List.of(bad, checkedThrower, good), time, event -> {})) {
            LongStream.range(0, 50).forEach(i -> listeners.publish(conflict(i)));
        }

        assertThat(calls).hasValue(50);
        assertThat(good.generations).hasSize(50);
    }

    @Test
    @Fault("B15")
    void aListenerThatBlocksLosesItsOwnEventsOnly() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        Listening slow = new Listening(event -> {
            blocked.countDown();
            await(release);
        });
        Recorder good = new Recorder();
        int all = ListenerQueue.CAPACITY + 101;
        try (Listeners listeners = new Listeners(List.of(slow, good), time, event -> {})) {
            listeners.publish(conflict(0));
            assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
            for (int i = 1; i < all; i++) {
                listeners.publish(conflict(i));
                if (i % 500 == 0) {
                    good.awaitSize(i + 1);
                }
            }
            assertThat(listeners.dropped()).isEqualTo(100);
            release.countDown();
        }

        assertThat(good.generations).hasSize(all);
    }

    @Test
    void aListenerThatInterruptsItsThreadReceivesTheNextEventUninterrupted() {
        ConcurrentLinkedQueue<Boolean> interrupted = new ConcurrentLinkedQueue<>();
        Listening interrupting = new Listening(event -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
        });

        try (Listeners listeners = new Listeners(List.of(interrupting), time, event -> {})) {
            LongStream.range(0, 3).forEach(i -> listeners.publish(conflict(i)));
        }

        assertThat(interrupted).containsExactly(false, false, false);
    }

    @Test
    void closingInterruptsABlockedListenerAndCountsItsMissedEvents() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Listening stuck = new Listening(event -> {
            blocked.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        Listeners listeners = new Listeners(List.of(stuck), time, event -> {});
        LongStream.range(0, 5).forEach(i -> listeners.publish(conflict(i)));
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();

        listeners.close();

        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(listeners.dropped()).isEqualTo(4);
    }

    @Test
    void aListenerMayPublishAnEvent() throws Exception {
        AtomicReference<Listeners> listeners = new AtomicReference<>();
        CountDownLatch second = new CountDownLatch(2);
        Listening echo = new Listening(event -> {
            second.countDown();
            if (second.getCount() > 0) {
                listeners.get().publish(event);
            }
        });
        listeners.set(new Listeners(List.of(echo), time, event -> {}));

        listeners.get().publish(conflict(1));

        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
        listeners.get().close();
    }

    @Test
    void closingEndsTheThreads() throws Exception {
        AtomicReference<Thread> caller = new AtomicReference<>();
        Listeners listeners =
                new Listeners(List.of(new Listening(event -> caller.set(Thread.currentThread()))), time, event -> {});
        listeners.publish(conflict(1));

        listeners.close();

        caller.get().join(10_000);
        assertThat(caller.get().isAlive()).isFalse();
    }

    @Test
    void aListenerMayCloseTheListeners() throws Exception {
        AtomicReference<Listeners> listeners = new AtomicReference<>();
        CountDownLatch closed = new CountDownLatch(1);
        listeners.set(new Listeners(
                List.of(new Listening(event -> {
                    listeners.get().close();
                    closed.countDown();
                })),
                time,
                event -> {}));

        listeners.get().publish(conflict(1));

        assertThat(closed.await(1, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eventsAfterClosingAreCountedAsDroppedAndClosingTwiceIsHarmless() {
        Recorder recorder = new Recorder();
        Listeners listeners = new Listeners(List.of(recorder), time, event -> {});
        listeners.close();
        listeners.close();

        listeners.publish(conflict(1));

        assertThat(listeners.dropped()).isEqualTo(1);
        assertThat(recorder.generations).isEmpty();
    }

    @Test
    void aListenerThatAlwaysThrowsIsLoggedOnce() {
        PrintStream console = System.err;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try (Listeners listeners = new Listeners(
                List.of(new Listening(event -> {
                    throw new IllegalStateException("thrown on purpose");
                })),
                time,
                event -> {})) {
            LongStream.range(0, 50).forEach(i -> listeners.publish(conflict(i)));
        } finally {
            System.setErr(console);
        }

        assertThat(lines.toString(StandardCharsets.UTF_8))
                .containsOnlyOnce("failed on ROTATION_CONFLICT for google/alice; 0 more failures since");
    }

    private static TokenEvent conflict(long generation) {
        return new TokenEvent.RotationConflict(ALICE, NOW, generation, "");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as other JVM languages throw
    private static <E extends Throwable> void throwUnchecked(Throwable checked) throws E {
        throw (E) checked;
    }

    private record Listening(Consumer<TokenEvent> handler) implements TokenListener {
        @Override
        public void on(TokenEvent event) {
            handler.accept(event);
        }
    }

    private static final class Recorder implements TokenListener {
        final ConcurrentLinkedQueue<Long> generations = new ConcurrentLinkedQueue<>();
        private final Semaphore received = new Semaphore(0);
        private int taken;

        @Override
        public void rotationConflict(TokenEvent.RotationConflict event) {
            generations.add(event.generation());
            received.release();
        }

        void awaitSize(int size) throws InterruptedException {
            assertThat(received.tryAcquire(size - taken, 10, TimeUnit.SECONDS)).isTrue();
            taken = size;
        }
    }
}
