package dev.evertoken.outbox;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon threads of a delivery, which end when they are idle. Thread-safe. */
final class DeliveryThreads {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.OUTBOX);
    private static final long IDLE_SECONDS = 30;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final String name;
    private final int threads;
    private final Timekeeper time;
    private final ThreadPoolExecutor executor;
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile boolean closed;

    DeliveryThreads(String name, int threads, Timekeeper time) {
        if (threads < 1) {
            throw new IllegalArgumentException("a delivery needs at least one thread: " + threads);
        }
        this.name = name;
        this.threads = threads;
        this.time = time;
        this.executor = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
        executor.allowCoreThreadTimeOut(true);
    }

    private Thread thread(Runnable work) {
        Thread created = new Thread(work, name + "-" + numbers.incrementAndGet());
        created.setDaemon(true);
        return created;
    }

    /**
     * Runs work on a thread; does nothing if enough work for all threads waits, since it will find the new messages.
     */
    void execute(Runnable work) {
        if (closed || executor.getQueue().size() >= threads) {
            return;
        }
        unfinished.incrementAndGet();
        try {
            executor.execute(() -> run(work));
        } catch (RejectedExecutionException e) {
            finished();
            log.debug("{} is closed", name, e);
        }
    }

    /** Runs work on one more thread if fewer than all are busy. */
    void moreIfIdle(Runnable work) {
        if (unfinished.get() < threads) {
            execute(work);
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            log.error("{}: a delivery failed; the next one continues", name, e);
        } finally {
            finished();
        }
    }

    private void finished() {
        if (unfinished.decrementAndGet() == 0 && closed) {
            ended.complete(null);
        }
    }

    /** Accepts no more work and waits for running work, at most 5 seconds. */
    void close() {
        closed = true;
        executor.shutdown();
        if (unfinished.get() == 0) {
            ended.complete(null);
        }
        try {
            if (!time.await(ended, LONGEST_CLOSE)) {
                log.warn("{}: an attempt did not end within {} s", name, LONGEST_CLOSE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
