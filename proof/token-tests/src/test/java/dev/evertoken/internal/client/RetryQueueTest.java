package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.faults.Fault;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tasks that are repeated until they end: none is lost on the way. */
class RetryQueueTest {

    private static final Duration LATER = Duration.ofMinutes(10);

    private final ManualClock clock = ManualClock.start();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Script task = new Script();

    @Test
    void aTaskThatEndsAtOnceNeedsNoTimer() {
        task.endsAt(1);

        queue(Runnable::run, 5).start(task);

        assertThat(task.attempts).containsExactly(1);
        assertThat(clock.timers()).isZero();
    }

    @Test
    void aTaskIsRepeatedUntilItEnds() {
        task.endsAt(3);
        queue(Runnable::run, 5).start(task);

        pass(5);

        assertThat(task.attempts).containsExactly(1, 2, 3);
        assertThat(task.givenUp).isZero();
        assertThat(clock.timers()).isZero();
    }

    @Test
    void aTaskThatItsCallerHasTriedStartsWithTheSecondAttempt() {
        task.endsAt(2);
        queue(Runnable::run, 5).repeat(task);
        assertThat(task.attempts).isEmpty();

        pass(1);

        assertThat(task.attempts).containsExactly(2);
    }

    @Test
    void aTaskIsGivenUpOnceAfterItsLastAttempt() {
        queue(Runnable::run, 3).start(task);

        pass(6);

        assertThat(task.attempts).containsExactly(1, 2, 3);
        assertThat(task.givenUp).isEqualTo(1);
        assertThat(clock.timers()).isZero();
    }

    @Test
    void anAttemptThatThrowsIsAFailedAttempt() {
        task.throwsAt(1);
        task.endsAt(2);
        queue(Runnable::run, 5).start(task);

        pass(2);

        assertThat(task.attempts).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(classes = {RejectedExecutionException.class, IllegalStateException.class, OutOfMemoryError.class})
    void anExecutorThatThrowsLosesNoTask(Class<? extends Throwable> kind) {
        task.endsAt(3);
        int[] refusals = {2};
        queue(
                        attempt -> {
                            if (refusals[0]-- > 0) {
                                throw sneaky(kind);
                            }
                            attempt.run();
                        },
                        5)
                .start(task);

        pass(3);

        assertThat(task.attempts).containsExactly(3);
        assertThat(task.givenUp).isZero();
    }

    @Test
    void anExecutorThatNeverHasAThreadEndsWithTheLastAttempt() {
        queue(
                        attempt -> {
                            throw new RejectedExecutionException("planned by a test");
                        },
                        4)
                .start(task);

        pass(6);

        assertThat(task.attempts).isEmpty();
        assertThat(task.givenUp).isEqualTo(1);
    }

    @Test
    void aClosedQueueMakesNoFurtherAttempt() {
        Retries queue = queue(Runnable::run, 5);
        queue.start(task);
        closed.set(true);

        pass(3);
        queue.start(task);

        assertThat(task.attempts).containsExactly(1);
        assertThat(task.givenUp).isEqualTo(2);
        assertThat(clock.timers()).isZero();
    }

    @Test
    @Fault("L3")
    void tasksThatAreDueTogetherTakeTurns() {
        List<Runnable> lanes = new ArrayList<>();
        Retries queue = queue(lanes::add, 5);
        List<Script> many = IntStream.range(0, 20).mapToObj(i -> new Script()).toList();
        many.forEach(queue::start);

        assertThat(lanes).as("attempts at the same time").hasSize(1);
        lanes.remove(0).run();

        assertThat(many).allSatisfy(one -> assertThat(one.attempts).containsExactly(1));
        pass(1);
        assertThat(lanes).hasSize(1);
    }

    @Test
    void aTaskThatBecomesDueWhileTheLanesAreTakenIsNotForgotten() {
        task.endsAt(1);
        List<Runnable> lanes = new ArrayList<>();
        Retries queue = queue(lanes::add, 5);
        Script first = new Script();
        first.endsAt(1);
        first.during(() -> queue.start(task));
        queue.start(first);

        while (!lanes.isEmpty()) {
            lanes.remove(0).run();
        }

        assertThat(task.attempts).containsExactly(1);
    }

    @Test
    void asManyAttemptsRunTogetherAsThereAreLanes() {
        List<Runnable> lanes = new ArrayList<>();
        Retries queue = retries(ClientQueues.single(lanes::add, 3), 5);

        IntStream.range(0, 20).forEach(i -> queue.start(new Script()));

        assertThat(lanes).hasSize(3);
    }

    @Test
    void anExecutorWithoutThreadsDelaysEveryTaskThatIsDue() {
        List<Runnable> lanes = new ArrayList<>();
        boolean[] refuses = {true};
        Retries queue = queue(
                lane -> {
                    if (refuses[0]) {
                        throw new RejectedExecutionException("planned by a test");
                    }
                    lanes.add(lane);
                },
                5);
        Script other = new Script();
        queue.start(task);
        queue.start(other);
        refuses[0] = false;

        pass(1);
        lanes.forEach(Runnable::run);

        assertThat(task.attempts).containsExactly(2);
        assertThat(other.attempts).containsExactly(2);
    }

    @Test
    @Fault("L3")
    void aTaskEndsWithAnAttemptAtItsTime() {
        Instant until = clock.now().plus(Duration.ofHours(24));
        task.until(until);
        queue(Runnable::run, Integer.MAX_VALUE).start(task);

        clock.advance(Duration.ofHours(24).minusMillis(1));
        int before = task.attempts.size();
        assertThat(task.givenUp).isZero();
        clock.advance(Duration.ofMillis(2));

        assertThat(task.attempts).hasSize(before + 1);
        assertThat(task.givenUp).isEqualTo(1);
        assertThat(clock.timers()).isZero();
        assertThat(before).as("attempts in 24 hours").isBetween(140, 300);
    }

    @Test
    void aTaskWhoseTimeIsOverIsNotAttempted() {
        task.until(clock.now().minusMillis(1));

        queue(Runnable::run, 5).start(task);

        assertThat(task.attempts).isEmpty();
        assertThat(task.givenUp).isEqualTo(1);
    }

    @Test
    void aQueueIsQuietWhenItsRunningAttemptsHaveEnded() {
        Retries queue = queue(Runnable::run, 5);
        assertThat(queue.quiet()).isDone();
        List<CompletableFuture<Void>> during = new ArrayList<>();
        task.endsAt(1);
        task.during(() -> {
            during.add(queue.quiet());
            assertThat(during.get(0)).isNotDone();
        });

        queue.start(task);

        assertThat(task.attempts).containsExactly(1);
        assertThat(during).singleElement().satisfies(quiet -> assertThat(quiet).isDone());
    }

    private Retries queue(Executor executor, int mostAttempts) {
        return retries(ClientQueues.single(executor, 1), mostAttempts);
    }

    private Retries retries(TaskQueue attempts, int mostAttempts) {
        return new Retries(new RetryQueue(clock, Backoff.betweenAttempts(), mostAttempts, closed), attempts);
    }

    /** Tasks whose attempts go to one queue. */
    private record Retries(RetryQueue retries, TaskQueue queue) {
        void start(RetryQueue.Task task) {
            retries.start(task, queue);
        }

        void repeat(RetryQueue.Task task) {
            retries.repeat(task, queue);
        }

        CompletableFuture<Void> quiet() {
            return retries.quiet();
        }
    }

    private void pass(int pauses) {
        for (int i = 0; i < pauses; i++) {
            clock.advance(LATER);
        }
    }

    private static Error sneaky(Class<? extends Throwable> kind) {
        if (kind == OutOfMemoryError.class) {
            return new OutOfMemoryError("unable to create native thread (planned by a test)");
        }
        throw kind == IllegalStateException.class
                ? new IllegalStateException("planned by a test")
                : new RejectedExecutionException("planned by a test");
    }

    /** A task whose attempts fail, except for those that a test names. Not thread-safe. */
    private static final class Script implements RetryQueue.Task {

        final List<Integer> attempts = new ArrayList<>();
        int givenUp;
        private int end;
        private int failure;
        private Instant until = Instant.MAX;
        private Runnable action = () -> {};

        void endsAt(int number) {
            end = number;
        }

        void throwsAt(int number) {
            failure = number;
        }

        void until(Instant last) {
            until = last;
        }

        /** Runs an action during each attempt. */
        void during(Runnable more) {
            action = more;
        }

        @Override
        public Instant until() {
            return until;
        }

        @Override
        public boolean attempt(int number) {
            attempts.add(number);
            action.run();
            if (number == failure) {
                throw new IllegalStateException("planned by a test");
            }
            return number == end;
        }

        @Override
        public void giveUp() {
            givenUp++;
        }

        @Override
        public String toString() {
            return "a planned task";
        }
    }
}
