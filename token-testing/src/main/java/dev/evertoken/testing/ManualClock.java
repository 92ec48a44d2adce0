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
 * A clock that only a test advances. It controls the wall clock, the monotonic clock, the timers and every wait.
 *
 * <p>{@link #advance} steps through the due times in order: at each, both clocks show that time, and the tasks that are
 * due run in the calling thread. A timer that is set by such a task is processed in the same call. Thread-safe.
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

    /** Returns a clock set to 2026-01-01T00:00:00Z. */
    public static ManualClock start() {
        return at(USUAL_START);
    }

    /** Returns a clock set to an instant, in whole milliseconds. */
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
     * Advances both clocks and runs the tasks that become due, in the order of their due times.
     *
     * @param step zero or more; with zero only the tasks that are due already run
     * @throws IllegalStateException if a task that this clock runs calls this method
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

    /** Advances both clocks to an instant of the wall clock; does nothing if that has passed. */
    public void advanceTo(Instant moment) {
        Duration step = Duration.between(now(), moment);
        if (!step.isNegative()) {
            advance(step);
        }
    }

    /**
     * Moves only the wall clock, forward or back, like a correction by an operator or a time server; timers are not
     * affected.
     */
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
    public CompletableFuture<@Nullable Void> delay(Duration delay) {
        CompletableFuture<@Nullable Void> elapsed = new CompletableFuture<>();
        add(delay, () -> elapsed.complete(null), true);
        return elapsed;
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
     * Blocks until the number of waits (threads in {@link #await}, and delays) plus the number of timers is at least {@code
     * count}.
     *
     * @throws AssertionError if that takes more than ten seconds of real time
     */
    public void awaitWaiters(int count) {
        awaitPending(count, "waiters and timers", any -> true);
    }

    /**
     * Blocks until there are at least {@code count} waits: threads in {@link #await}, and {@linkplain #delay delays}.
     *
     * @throws AssertionError if that takes more than ten seconds of real time
     */
    public void awaitWaits(int count) {
        awaitPending(count, "waits", Pending::waits);
    }

    /**
     * Blocks until at least {@code count} timers are set that have neither fired nor been canceled.
     *
     * @throws AssertionError if that takes more than ten seconds of real time
     */
    public void awaitTimers(int count) {
        awaitPending(count, "timers", one -> !one.waits());
    }

    /** Returns the number of waits: threads in {@link #await}, and {@linkplain #delay delays}. */
    public int waits() {
        lock.lock();
        try {
            return count(Pending::waits);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of timers that have neither fired nor been canceled. */
    public int timers() {
        lock.lock();
        try {
            return count(one -> !one.waits());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            pending.removeIf(one -> !one.waits());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return "ManualClock[" + now() + "]";
    }

    private void awaitPending(int count, String kind, Predicate<Pending> which) {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (count(which) < count) {
                if (left <= 0) {
                    throw new AssertionError("waited " + PATIENCE.toSeconds() + " s for " + count + " " + kind
                            + " of the clock, saw " + count(which));
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + count + " " + kind + " of the clock", e);
        } finally {
            lock.unlock();
        }
    }

    private int count(Predicate<Pending> which) {
        return (int) pending.stream().filter(which).count();
    }

    private Pending add(Duration delay, Runnable action, boolean waits) {
        Duration kept = delay.isNegative() ? Duration.ZERO : delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
        lock.lock();
        try {
            Pending one = new Pending(nanos + kept.toNanos(), numbers++, waits, action);
            if (!closed || waits) {
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

    /** An event at {@code due} nanoseconds: the end of a wait, or a timer's task. */
    private record Pending(long due, long number, boolean waits, Runnable action) {}
}
