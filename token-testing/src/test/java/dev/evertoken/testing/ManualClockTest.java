package dev.evertoken.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A manual clock keeps the contract of the system timekeeper. */
class ManualClockTest {
    private final ManualClock clock = ManualClock.start();
    private final List<String> fired = new ArrayList<>();

    @Test
    void theClockStandsStillUntilItIsAdvancedAndThenMovesBothTimes() {
        long nanos = clock.nanos();

        clock.advance(Duration.ofMillis(1500));

        assertThat(clock.now()).isEqualTo(Instant.parse("2026-01-01T00:00:01.500Z"));
        assertThat(clock.nanos() - nanos).isEqualTo(1_500_000_000L);
    }

    @Test
    void aJumpOfTheWallClockFiresNoTimer() {
        clock.schedule(Duration.ofSeconds(1), () -> fired.add("timer"));
        long nanos = clock.nanos();

        clock.jumpWall(Duration.ofDays(1));
        clock.jumpWall(Duration.ofDays(-2));

        assertThat(clock.now()).isEqualTo(Instant.parse("2025-12-31T00:00:00Z"));
        assertThat(clock.nanos()).isEqualTo(nanos);
        assertThat(fired).isEmpty();
    }

    @Test
    void timersFireInOrderEachAtItsOwnTime() {
        clock.schedule(Duration.ofSeconds(2), () -> fired.add("second at " + clock.now()));
        clock.schedule(Duration.ofSeconds(1), () -> {
            fired.add("first at " + clock.now());
            clock.schedule(Duration.ofSeconds(2), () -> fired.add("third at " + clock.now()));
        });

        clock.advance(Duration.ofSeconds(10));

        assertThat(fired)
                .containsExactly(
                        "first at 2026-01-01T00:00:01Z",
                        "second at 2026-01-01T00:00:02Z",
                        "third at 2026-01-01T00:00:03Z");
        assertThat(clock.now()).isEqualTo(Instant.parse("2026-01-01T00:00:10Z"));
    }

    @Test
    void aTaskThatThrowsIsDroppedAndTheNextOneRuns() {
        clock.schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("planned by a test");
        });
        clock.schedule(Duration.ofSeconds(-1), () -> fired.add("late"));

        clock.advance(Duration.ZERO);

        assertThat(fired).containsExactly("late");
    }

    @Test
    void aTimerThatIsCancelledOrOutlivesTheClockNeverFires() {
        clock.schedule(Duration.ofSeconds(1), () -> fired.add("cancelled")).cancel();
        clock.schedule(Duration.ofSeconds(1), () -> fired.add("outlived"));
        clock.close();
        clock.schedule(Duration.ofSeconds(1), () -> fired.add("set too late"));

        clock.advance(Duration.ofDays(1));

        assertThat(fired).isEmpty();
        assertThat(clock.timers()).isZero();
    }

    @Test
    void aWaitEndsWhenItsTimeHasPassed() throws InterruptedException {
        for (Future<?> event : List.<Future<?>>of(new CompletableFuture<>(), new FutureTask<>(() -> "never run"))) {
            Waiter waiter = Waiter.start(clock, event);
            clock.awaitWaits(1);

            clock.advance(Duration.ofMinutes(1));

            assertThat(waiter.outcome()).isEqualTo("false");
        }
    }

    @Test
    void aWaitEndsWhenItsFutureCompletesInAnyWay() throws InterruptedException {
        FutureTask<String> task = new FutureTask<>(() -> "done");
        CompletableFuture<String> failed = new CompletableFuture<>();
        Waiter first = Waiter.start(clock, task);
        Waiter second = Waiter.start(clock, failed);
        clock.awaitWaiters(2);

        task.run();
        failed.completeExceptionally(new IllegalStateException("planned by a test"));

        assertThat(first.outcome()).isEqualTo("true");
        assertThat(second.outcome()).isEqualTo("true");
    }

    @Test
    void aWaitEndsWhenItsThreadIsInterrupted() throws InterruptedException {
        Waiter waiter = Waiter.start(clock, new CompletableFuture<>());
        clock.awaitWaits(1);

        waiter.thread.interrupt();

        assertThat(waiter.outcome()).isEqualTo("InterruptedException");
        assertThat(clock.now()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
    }

    @Test
    void aWaitWithoutATimeoutReturnsAtOnce() throws InterruptedException {
        assertThat(clock.await(new CompletableFuture<>(), Duration.ZERO)).isFalse();
        assertThat(clock.await(CompletableFuture.completedFuture(1), Duration.ofSeconds(-1)))
                .isTrue();
    }

    @Test
    void advancingBackwardsOrFromATimerIsRejected() {
        AtomicReference<Throwable> rejection = new AtomicReference<>();
        clock.schedule(Duration.ZERO, () -> {
            try {
                clock.advance(Duration.ofSeconds(1));
            } catch (IllegalStateException e) {
                rejection.set(e);
            }
        });
        clock.advance(Duration.ZERO);

        assertThat(rejection.get()).hasMessage("a task of this clock must not advance it");
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1)))
                .hasMessage("cannot advance by PT-1S; use jumpWall to set the wall clock back");
    }

    /** A thread that waits for a minute. */
    private static final class Waiter {
        private final AtomicReference<String> outcome = new AtomicReference<>("still waits");
        private final Thread thread;

        private Waiter(ManualClock clock, Future<?> event) {
            thread = new Thread(() -> {
                try {
                    outcome.set(Boolean.toString(clock.await(event, Duration.ofMinutes(1))));
                } catch (InterruptedException e) {
                    outcome.set("InterruptedException");
                }
            });
        }

        static Waiter start(ManualClock clock, Future<?> event) {
            Waiter waiter = new Waiter(clock, event);
            waiter.thread.start();
            return waiter;
        }

        String outcome() throws InterruptedException {
            thread.join(10_000);
            return outcome.get();
        }
    }
}
