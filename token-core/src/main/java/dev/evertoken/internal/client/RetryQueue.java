package dev.evertoken.internal.client;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats tasks in the background, with a growing pause between two attempts, until they end, their attempts are used up
 * or their time is over. Only a few attempts run at the same time, however many tasks there are: a store or a provider
 * that fails is not called by all of them at once.
 *
 * <p>A task is never lost on the way: an executor that refuses an attempt, whatever it throws, and an attempt that throws
 * count as failed attempts, and the next one follows after its pause. Thread-safe.
 */
public final class RetryQueue {

    private static final Logger log = LoggerFactory.getLogger(RetryQueue.class);

    private final Timekeeper time;
    private final Executor executor;
    private final Backoff backoff;
    private final Limits limits;
    private final BooleanSupplier closed;
    private final Semaphore lanes;
    private final Queue<Due> ready = new ConcurrentLinkedQueue<>();
    private final Set<Lane> running = ConcurrentHashMap.newKeySet();

    /**
     * The limits of a queue. Immutable.
     *
     * @param attempts the largest number of attempts of a task
     * @param parallel the largest number of attempts that run at the same time
     */
    public record Limits(int attempts, int parallel) {

        /** Returns the limits of tasks that are repeated until they succeed or end. */
        public static Limits endless(int parallel) {
            return new Limits(Integer.MAX_VALUE, parallel);
        }
    }

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

    /** An attempt that is due. */
    private record Due(Task task, int number) {}

    /** A thread that makes one attempt after the other; identified by its instance. */
    private static final class Lane {
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
    }

    /** @param closed returns whether no further attempt may start */
    public RetryQueue(Timekeeper time, Executor executor, Backoff backoff, Limits limits, BooleanSupplier closed) {
        this.time = time;
        this.executor = executor;
        this.backoff = backoff;
        this.limits = limits;
        this.closed = closed;
        this.lanes = new Semaphore(limits.parallel());
    }

    /** Makes the first attempt as soon as possible, on the executor. */
    public void start(Task task) {
        submit(new Due(task, 1));
    }

    /** Schedules the next attempt of a task whose first attempt its caller has made. */
    public void repeat(Task task) {
        later(new Due(task, 1));
    }

    /** Returns a future that completes when the attempts that are running now have ended. */
    public CompletableFuture<Void> quiet() {
        return CompletableFuture.allOf(running.stream().map(lane -> lane.ended).toArray(CompletableFuture<?>[]::new));
    }

    private void submit(Due due) {
        ready.add(due);
        fillLanes();
    }

    /** Starts a lane if there is work and a free one. A lane that ends looks for work that came too late for it. */
    private void fillLanes() {
        if (ready.isEmpty() || !lanes.tryAcquire()) {
            return;
        }
        try {
            executor.execute(this::drain);
        } catch (RuntimeException | Error e) {
            lanes.release();
            for (Due due = ready.poll(); due != null; due = ready.poll()) {
                log.warn("{}: no thread is available, trying again later", due.task, e);
                later(due);
            }
        }
    }

    private void drain() {
        Lane lane = new Lane();
        running.add(lane);
        try {
            for (Due due = ready.poll(); due != null; due = ready.poll()) {
                run(due);
            }
        } finally {
            running.remove(lane);
            lane.ended.complete(null);
            lanes.release();
            fillLanes();
        }
    }

    private void run(Due due) {
        if (closed.getAsBoolean() || time.now().isAfter(due.task.until())) {
            due.task.giveUp();
            return;
        }
        boolean ended;
        try {
            ended = due.task.attempt(due.number);
        } catch (RuntimeException e) {
            log.warn("{}: attempt {} failed", due.task, due.number, e);
            ended = false;
        }
        if (!ended) {
            later(due);
        }
    }

    private void later(Due failed) {
        Instant now = time.now();
        if (failed.number >= limits.attempts() || closed.getAsBoolean() || !now.isBefore(failed.task.until())) {
            failed.task.giveUp();
            return;
        }
        Duration pause = backoff.delay(failed.number);
        boolean isTheLast = now.plus(pause).isAfter(failed.task.until());
        Duration delay = isTheLast ? Duration.between(now, failed.task.until()) : pause;
        time.schedule(delay, () -> submit(new Due(failed.task, failed.number + 1)));
    }
}
