package dev.evertoken.internal.event;

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
 * What one listener still has to hear, and the thread that tells it. The lock guards the fields below it; the
 * listener is called without it. Thread-safe.
 */
final class ListenerQueue {

    /** More than this many events wait for a listener only if it blocks. */
    static final int CAPACITY = 1000;

    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

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
        String refused = refused(event);
        if (refused != null) {
            drops.say(more -> log.warn(
                    "{} was not told {} for {}: its queue is {}; {} more events since the last such line",
                    listenerName(),
                    event.kind(),
                    event.key(),
                    refused,
                    more));
        }
    }

    /** Returns why an event was not queued, null if it was. */
    private @Nullable String refused(TokenEvent event) {
        lock.lock();
        try {
            if (!ended && waiting.size() < CAPACITY && isStarted()) {
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

    private boolean isStarted() {
        if (thread == null) {
            try {
                thread = start();
            } catch (
                    OutOfMemoryError
                            e) { // how the JVM says that there is no further thread; the next event tries again
                log.warn("no thread for {}", listenerName(), e);
                return false;
            }
        }
        return true;
    }

    private Thread start() {
        Thread teller = new Thread(null, this::tell, name, 0, false);
        teller.setDaemon(true);
        teller.setContextClassLoader(listener.getClass().getClassLoader());
        teller.start();
        return teller;
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more events. */
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

    /** Waits until all is told, then drops the rest. Returns at once if the listener itself is calling. */
    void finish(Duration patience) {
        if (isOwnThread() || isFinishedWithin(patience)) {
            return;
        }
        int untold = dropRest();
        log.warn("{} did not end in time; {} events were dropped", listenerName(), untold);
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
            int untold = waiting.size();
            dropped += untold;
            waiting.clear();
            if (thread != null) {
                thread.interrupt();
            }
            return untold;
        } finally {
            lock.unlock();
        }
    }

    // ---- the listener's thread

    private void tell() {
        try {
            for (TokenEvent event = next(); event != null; event = next()) {
                tell(event);
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
            Thread.interrupted(); // left behind by the listener: the next event is not to suffer for it
        }
    }

    private void tell(TokenEvent event) {
        try {
            listener.on(event);
        } catch (Throwable e) { // not only what Java lets it throw: the next event must still be told
            failures.say(more -> log.warn(
                    "{} failed at {} for {}, and {} times since the last such line",
                    listenerName(),
                    event.kind(),
                    event.key(),
                    more,
                    e));
        }
    }

    private String listenerName() {
        return "listener " + listener.getClass().getName();
    }
}
