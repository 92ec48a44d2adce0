package dev.evertoken.internal.client;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats tasks in the background, with a growing pause between two attempts, until they end, their attempts are used up
 * or their time is over. The {@link TaskQueue} of a task limits how many attempts run at the same time: a store or a
 * provider that fails is not called by all of them at once.
 *
 * <p>A task is never lost on the way: an attempt that is rejected, for whatever reason, and an attempt that throws count as
 * failed attempts, and the next one follows after its pause. Thread-safe.
 */
public final class RetryQueue {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);

    private final Timekeeper time;
    private final Backoff backoff;
    private final int mostAttempts;
    private final Closed closed;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();

    /** A task that may need several attempts. Its attempts never overlap. */
    public interface Task {

        /**
         * Makes one attempt; an exception counts as a failed one.
         *
         * @param number the number of the attempt, starting at 1
         * @return whether the task has ended, successfully or not
         */
        boolean attempt(int number);

        /** Returns the time of the last attempt at the latest. */
        default Instant until() {
            return Instant.MAX;
        }

        /** Ends the task without another attempt: all attempts failed, its time is over, or the queue is closed. */
        default void giveUp() {}

        /** Returns the account and the purpose, for the log. */
        @Override
        String toString();
    }

    /** Whether no further attempt may start. */
    private interface Closed {
        boolean isTrue();
    }

    private record ClosedByFlag(AtomicBoolean flag) implements Closed {
        @Override
        public boolean isTrue() {
            return flag.get();
        }
    }

    private record ClosedByFuture(Future<?> closing) implements Closed {
        @Override
        public boolean isTrue() {
            return closing.isDone();
        }
    }

    /**
     * @param mostAttempts the largest number of attempts of a task
     * @param closed true as soon as no further attempt may start
     */
    public RetryQueue(Timekeeper time, Backoff backoff, int mostAttempts, AtomicBoolean closed) {
        this(time, backoff, mostAttempts, new ClosedByFlag(closed));
    }

    /**
     * @param mostAttempts the largest number of attempts of a task
     * @param closing done as soon as no further attempt may start
     */
    public RetryQueue(Timekeeper time, Backoff backoff, int mostAttempts, Future<?> closing) {
        this(time, backoff, mostAttempts, new ClosedByFuture(closing));
    }

    private RetryQueue(Timekeeper time, Backoff backoff, int mostAttempts, Closed closed) {
        this.time = time;
        this.backoff = backoff;
        this.mostAttempts = mostAttempts;
        this.closed = closed;
    }

    /** Makes the first attempt as soon as possible, in a queue that also gets the attempts after it. */
    public void start(Task task, TaskQueue queue) {
        submit(new Attempt(this, task, queue, 1));
    }

    /** Schedules the next attempt of a task whose first attempt its caller has made. */
    public void repeat(Task task, TaskQueue queue) {
        later(new Attempt(this, task, queue, 1));
    }

    /** Returns a future that completes when the attempts that are running now have ended. */
    public CompletableFuture<Void> quiet() {
        return CompletableFuture.allOf(running.stream().map(one -> one.ended).toArray(CompletableFuture<?>[]::new));
    }

    private static void submit(Attempt attempt) {
        TaskQueue.Place unused = attempt.queue.submit(attempt);
    }

    private void run(Attempt attempt) {
        Running one = new Running();
        running.add(one);
        try {
            if (closed.isTrue() || time.now().isAfter(attempt.task.until())) {
                attempt.task.giveUp();
            } else if (!succeeds(attempt)) {
                later(attempt);
            }
        } finally {
            running.remove(one);
            one.ended.complete(null);
        }
    }

    private static boolean succeeds(Attempt attempt) {
        try {
            return attempt.task.attempt(attempt.number);
        } catch (RuntimeException e) {
            log.warn("{}: attempt {} failed", attempt.task, attempt.number, e);
            return false;
        }
    }

    private void later(Attempt failed) {
        Instant now = time.now();
        Instant until = failed.task.until();
        if (failed.number >= mostAttempts || closed.isTrue() || !now.isBefore(until)) {
            failed.task.giveUp();
            return;
        }
        Duration pause = backoff.delay(failed.number);
        Duration delay = now.plus(pause).isAfter(until) ? Duration.between(now, until) : pause;
        time.schedule(delay, () -> submit(failed.next()));
    }

    /** An attempt that is running; identified by its instance. */
    private static final class Running {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
    }

    /** One attempt of a task. */
    private record Attempt(RetryQueue retries, Task task, TaskQueue queue, int number) implements TaskQueue.Task {
        @Override
        public void run() {
            retries.run(this);
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
