package dev.evertoken.internal.client;

import dev.evertoken.spi.Timekeeper;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats tasks in the background, with a growing pause between two attempts, until they end or their attempts are used up.
 *
 * <p>A task is never lost on the way: an attempt that is rejected, for whatever reason, and an attempt that throws count as
 * failed attempts, and the next one follows after its pause. Thread-safe.
 */
public final class RetryQueue {

    private static final Logger log = LoggerFactory.getLogger(RetryQueue.class);

    private final Timekeeper time;
    private final Backoff backoff;
    private final int mostAttempts;
    private final BooleanSupplier closed;

    /** A task that may need several attempts. Its attempts never overlap. */
    public interface Task {

        /**
         * Makes one attempt; an exception counts as a failed one.
         *
         * @param number the number of the attempt, starting at 1
         * @return whether the task has ended, successfully or not
         */
        boolean attempt(int number);

        /** Ends the task without another attempt, because all attempts failed or the queue is closed. */
        default void giveUp() {}

        /** Returns the account and the purpose, for the log. */
        @Override
        String toString();
    }

    /**
     * @param mostAttempts the largest number of attempts of a task
     * @param closed returns whether no further attempt may be scheduled
     */
    public RetryQueue(Timekeeper time, Backoff backoff, int mostAttempts, BooleanSupplier closed) {
        this.time = time;
        this.backoff = backoff;
        this.mostAttempts = mostAttempts;
        this.closed = closed;
    }

    /** Makes the first attempt now, in a queue that also gets the attempts after it. */
    public void start(Task task, TaskQueue queue) {
        submit(new Attempt(this, task, queue, 1));
    }

    /** Schedules the next attempt of a task whose first attempt its caller has made. */
    public void repeat(Task task, TaskQueue queue) {
        later(new Attempt(this, task, queue, 1));
    }

    private static void submit(Attempt attempt) {
        TaskQueue.Place unused = attempt.queue.submit(attempt);
    }

    private void later(Attempt failed) {
        if (failed.number >= mostAttempts || closed.getAsBoolean()) {
            failed.task.giveUp();
            return;
        }
        time.schedule(backoff.delay(failed.number), () -> submit(failed.next()));
    }

    /** One attempt of a task. */
    private record Attempt(RetryQueue retries, Task task, TaskQueue queue, int number) implements TaskQueue.Task {
        @Override
        public void run() {
            boolean ended;
            try {
                ended = task.attempt(number);
            } catch (RuntimeException e) {
                log.warn("{}: attempt {} failed", task, number, e);
                ended = false;
            }
            if (!ended) {
                retries.later(this);
            }
        }

        @Override
        public void rejected(Throwable why) {
            log.warn("{}: no thread is available, trying again later", task, why);
            retries.later(this);
        }

        Attempt next() {
            return new Attempt(retries, task, queue, number + 1);
        }
    }
}
