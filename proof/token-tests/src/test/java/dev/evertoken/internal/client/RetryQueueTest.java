package dev.evertoken.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
    void aClosedQueueGivesUpWhatFails() {
        Retries queue = queue(Runnable::run, 5);
        queue.start(task);
        closed.set(true);

        pass(3);

        assertThat(task.attempts).containsExactly(1, 2);
        assertThat(task.givenUp).isEqualTo(1);
    }

    private Retries queue(Executor executor, int mostAttempts) {
        return new Retries(
                new RetryQueue(clock, Backoff.betweenAttempts(), mostAttempts, closed::get), TaskQueue.of(executor));
    }

    /** Tasks whose attempts go to one queue. */
    private record Retries(RetryQueue retries, TaskQueue queue) {
        void start(RetryQueue.Task task) {
            retries.start(task, queue);
        }

        void repeat(RetryQueue.Task task) {
            retries.repeat(task, queue);
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

        void endsAt(int number) {
            end = number;
        }

        void throwsAt(int number) {
            failure = number;
        }

        @Override
        public boolean attempt(int number) {
            attempts.add(number);
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
