package dev.evertoken.testing;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time that stands still until a test moves it; it drives the clocks, the timers and every wait.
 *
 * <p>{@link #advance} goes from one due moment to the next: at each, both clocks show that moment, and what
 * is due there runs in the thread that moves the clock. A timer that sets another one is served in the same
 * call. Thread-safe.
 */
public final class ManualClock implements Timekeeper {

    private static final Logger log = LoggerFactory.getLogger(ManualClock.class);
    private static final Instant USUAL_START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ReentrantLock moving = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Pending> pending =
            new PriorityQueue<>(Comparator.comparingLong(Pending::due).thenComparingLong(Pending::number));
    private volatile long nanos;
    private volatile long wallStart;
    private long numbers;
    private boolean closed;

    private ManualClock(Instant start) {
        wallStart = start.toEpochMilli();
    }

    /** Returns a clock that stands at 2026-01-01T00:00:00Z. */
    public static ManualClock start() {
        return at(USUAL_START);
    }

    /** Returns a clock that stands at a moment, in whole milliseconds. */
    public static ManualClock at(Instant moment) {
        return new ManualClock(moment);
    }

    @Override
    public long millis() {
        return wallStart + Math.floorDiv(nanos, 1_000_000L);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /**
     * Moves both clocks forward and runs what becomes due, in the order of its due moments.
     *
     * @param step zero or more; with zero only what is due already runs
     * @throws IllegalStateException if a task that this clock runs calls it
     */
    public void advance(Duration step) {
        if (step.isNegative()) {
            throw new IllegalArgumentException(
                    "cannot advance by " + step + "; use jumpWall to set the wall clock back");
        }
        if (moving.isHeldByCurrentThread()) {
            throw new IllegalStateException("a task of this clock must not advance it");
        }
        moving.lock();
        try {
            long target = Math.addExact(nanos, step.toNanos());
            for (Pending due = nextDue(target); due != null; due = nextDue(target)) {
                run(due);
            }
            nanos = target;
        } finally {
            moving.unlock();
        }
    }

    /** Moves both clocks forward to a moment of the wall clock; does nothing if it has passed. */
    public void advanceTo(Instant moment) {
        Duration step = Duration.between(now(), moment);
        if (!step.isNegative()) {
            advance(step);
        }
    }

    /** Moves the wall clock alone, forward or back, as an operator or a time server does; no timer notices. */
    public void jumpWall(Duration step) {
        lock.lock();
        try {
            long before = wallStart;
            wallStart = before + step.toMillis();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
        Pending timer = add(delay, task, false);
        return () -> remove(timer);
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (event.isDone() || timeout.isNegative() || timeout.isZero()) {
            return event.isDone();
        }
        CompletableFuture<@Nullable Void> elapsed = new CompletableFuture<>();
        Pending waiter = add(timeout, () -> elapsed.complete(null), true);
        try {
            FirstOf.await(event, elapsed);
            return event.isDone();
        } finally {
            remove(waiter);
        }
    }

    /**
     * Blocks until at least {@code count} threads wait in {@link #await} or timers are set, together.
     *
     * @throws AssertionError if that takes more than ten seconds of real time
     */
    public void awaitWaiters(int count) {
        awaitPending(count, "waiters and timers", any -> true);
    }

    /**
     * Blocks until at least {@code count} threads wait in {@link #await}.
     *
     * @throws AssertionError if that takes more than ten seconds of real time
     */
    public void awaitWaitingThreads(int count) {
        awaitPending(count, "waiting threads", Pending::thread);
    }

    /**
     * Blocks until at least {@code count} timers are set that have neither fired nor been cancelled.
     *
     * @throws AssertionError if that takes more than ten seconds of real time
     */
    public void awaitTimers(int count) {
        awaitPending(count, "timers", one -> !one.thread());
    }

    /** Returns how many threads wait in {@link #await} now. */
    public int waitingThreads() {
        lock.lock();
        try {
            return count(Pending::thread);
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many timers are set that have neither fired nor been cancelled. */
    public int timers() {
        lock.lock();
        try {
            return count(one -> !one.thread());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pending.removeIf(one -> !one.thread());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "ManualClock[" + now() + "]";
    }

    private void awaitPending(int count, String what, Predicate<Pending> which) {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (count(which) < count) {
                if (left <= 0) {
                    throw new AssertionError("waited " + PATIENCE.toSeconds() + " s for " + count + " " + what
                            + " of the clock, saw " + count(which));
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + count + " " + what + " of the clock", e);
        } finally {
            lock.unlock();
        }
    }

    private int count(Predicate<Pending> which) {
        return (int) pending.stream().filter(which).count();
    }

    private Pending add(Duration delay, Runnable action, boolean thread) {
        Duration kept = delay.isNegative() ? Duration.ZERO : delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
        lock.lock();
        try {
            Pending one = new Pending(nanos + kept.toNanos(), numbers++, thread, action);
            if (!closed || thread) {
                pending.add(one);
                changed.signalAll();
            }
            return one;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Pending one) {
        lock.lock();
        try {
            pending.remove(one);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Pending nextDue(long target) {
        lock.lock();
        try {
            Pending next = pending.peek();
            if (next == null || next.due() > target) {
                return null;
            }
            pending.remove();
            nanos = Math.max(nanos, next.due());
            return next;
        } finally {
            lock.unlock();
        }
    }

    private static void run(Pending due) {
        try {
            due.action().run();
        } catch (RuntimeException | Error e) {
            log.warn("a timer task failed", e);
        }
    }

    /** Something that happens at {@code due} nanoseconds: a thread that stops waiting, or a timer's task. */
    private record Pending(long due, long number, boolean thread, Runnable action) {}
}
