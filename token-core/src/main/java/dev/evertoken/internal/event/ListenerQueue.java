package dev.evertoken.internal.event;

import dev.evertoken.internal.record.RateLimitedLog;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenEvent;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.TokenListener;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that wait for one listener, and the thread that delivers them. The lock guards the fields that are
 * declared after it; the listener is called without the lock. Thread-safe.
 */
final class ListenerQueue {

    /** More events than this wait for a listener only if it blocks. */
    static final int CAPACITY = 1000;

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.LISTENERS);

    private final TokenListener listener;
    private final String name;
    private final Timekeeper time;
    private final RateLimitedLog failures;
    private final RateLimitedLog drops;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<TokenEvent> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;
    private boolean ended;
    private long dropped;

    ListenerQueue(TokenListener listener, String name, Timekeeper time) {
        this.listener = listener;
        this.name = name;
        this.time = time;
        this.failures = new RateLimitedLog(time);
        this.drops = new RateLimitedLog(time);
    }

    /** Queues an event, or counts it as dropped. */
    void offer(TokenEvent event) {
        String reason = enqueue(event);
        if (reason != null) {
            drops.log(suppressed -> log.warn(
                    "{} missed {} for {}: its queue is {}; {} more events since the last such message",
                    listenerName(),
                    event.kind(),
                    event.key(),
                    reason,
                    suppressed));
        }
    }

    /** Queues an event and returns null, or returns why it was dropped. */
    private @Nullable String enqueue(TokenEvent event) {
        lock.lock();
        try {
            if (!ended && waiting.size() < CAPACITY && startIfNeeded()) {
                waiting.add(event);
                changed.signal();
                return null;
            }
            dropped++;
            return ended ? "closed" : waiting.isEmpty() ? "without a thread" : "full";
        } finally {
            lock.unlock();
        }
    }

    private boolean startIfNeeded() {
        if (thread == null) {
            try {
                thread = start();
            } catch (OutOfMemoryError e) { // the JVM cannot create a thread; the next event tries again
                log.warn("no thread for {}", listenerName(), e);
                return false;
            }
        }
        return true;
    }

    private Thread start() {
        Thread delivery = new Thread(null, this::deliverAll, name, 0, false);
        delivery.setDaemon(true);
        delivery.setContextClassLoader(listener.getClass().getClassLoader());
        delivery.start();
        return delivery;
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Accepts no more events. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signal();
            if (thread == null) {
                finished.complete(null);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all events are delivered, then drops the rest. Returns at once if the listener is the caller. */
    void finish(Duration patience) {
        if (isOwnThread() || isFinishedWithin(patience)) {
            return;
        }
        int undelivered = dropRest();
        log.warn("{} did not end in time; {} events were dropped", listenerName(), undelivered);
    }

    private boolean isFinishedWithin(Duration patience) {
        try {
            return time.await(finished, patience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isOwnThread() {
        lock.lock();
        try {
            return Thread.currentThread() == thread;
        } finally {
            lock.unlock();
        }
    }

    private int dropRest() {
        lock.lock();
        try {
            int undelivered = waiting.size();
            dropped += undelivered;
            waiting.clear();
            if (thread != null) {
                thread.interrupt();
            }
            return undelivered;
        } finally {
            lock.unlock();
        }
    }

    // ---- the listener's thread

    private void deliverAll() {
        try {
            for (TokenEvent event = next(); event != null; event = next()) {
                deliver(event);
            }
        } finally {
            finished.complete(null);
        }
    }

    private @Nullable TokenEvent next() {
        lock.lock();
        try {
            while (waiting.isEmpty() && !ended) {
                changed.awaitUninterruptibly();
            }
            return waiting.poll();
        } finally {
            lock.unlock();
            Thread.interrupted(); // a listener may have set the flag, which must not affect the next event
        }
    }

    private void deliver(TokenEvent event) {
        try {
            listener.on(event);
        } catch (Throwable e) { // includes undeclared checked exceptions: the next event must still be delivered
            failures.log(suppressed -> log.warn(
                    "{} failed on {} for {}; {} more failures since the last such message",
                    listenerName(),
                    event.kind(),
                    event.key(),
                    suppressed,
                    e));
        }
    }

    private String listenerName() {
        return "listener " + listener.getClass().getName();
    }
}
