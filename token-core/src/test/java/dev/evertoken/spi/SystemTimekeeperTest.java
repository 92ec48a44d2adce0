package dev.evertoken.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimekeeperTest {

    private static final Duration SHORT = Duration.ofMillis(20);

    private final Timekeeper time = Timekeeper.system();

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void theTimeIsThatOfThisMachine() {
        Instant before = Instant.now().minusSeconds(1);

        assertThat(time.now()).isBetween(before, Instant.now().plusSeconds(1));
        assertThat(time.nanos()).isLessThanOrEqualTo(time.nanos());
    }

    @Test
    void noThreadIsStartedWithoutATimer() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (Timekeeper fresh = Timekeeper.system()) {
            assertThat(fresh.millis()).isPositive();
        }

        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> !before.contains(thread))
                .noneMatch(thread -> thread.getName().equals("evertoken-timer"));
    }

    @Test
    void aTaskRunsOnceAfterItsDelayOnADaemonThread() throws Exception {
        AtomicReference<Thread> ran = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(1);
        long started = time.nanos();
        time.schedule(SHORT, () -> {
            ran.set(Thread.currentThread());
            done.countDown();
        });

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(time.nanos() - started).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(ran.get().isDaemon()).isTrue();
    }

    @Test
    void aNegativeOrHugeDelayIsBounded() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        time.schedule(Duration.ofDays(-100_000_000), done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();

        time.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> {
                    throw new AssertionError("must not fire");
                })
                .cancel();
    }

    @Test
    void aCancelledTimerDoesNotFire() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        time.schedule(SHORT, first::countDown).cancel();
        time.schedule(SHORT.multipliedBy(2), second::countDown);

        assertThat(second.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(first.getCount()).isEqualTo(1);
    }

    @Test
    void aTaskThatThrowsDoesNotStopTheTimers() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        time.schedule(Duration.ZERO, () -> {
            throw new AssertionError("thrown on purpose");
        });
        time.schedule(SHORT, next::countDown);

        assertThat(next.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void waitingEndsWhenTheFutureCompletesInAnyWay() throws Exception {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);

        assertThat(time.await(CompletableFuture.completedFuture(1), Duration.ZERO))
                .isTrue();
        assertThat(time.await(CompletableFuture.failedFuture(new IllegalStateException("x")), SHORT))
                .isTrue();
        assertThat(time.await(cancelled, SHORT)).isTrue();
    }

    @Test
    void waitingEndsWithTheTimeout() throws Exception {
        long started = time.nanos();

        assertThat(time.await(new CompletableFuture<Void>(), SHORT)).isFalse();
        assertThat(time.nanos() - started).isGreaterThanOrEqualTo(SHORT.toNanos());
        assertThat(time.await(new CompletableFuture<Void>(), Duration.ofSeconds(-5)))
                .isFalse();
    }

    @Test
    void waitingEndsWithAnInterrupt() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> time.await(new CompletableFuture<Void>(), Duration.ofSeconds(10)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
    }
}
