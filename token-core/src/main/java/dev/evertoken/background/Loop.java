package dev.evertoken.background;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs steps one after the other on a daemon thread, which ends when it is idle. A step that throws affects no other
 * step. Thread-safe.
 */
final class Loop {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.REFRESH);
    private static final String THREAD = "evertoken-background";
    private static final long IDLE_SECONDS = 30;
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

    private final Timekeeper time;
    private final ThreadPoolExecutor thread;
    private volatile boolean closed;

    Loop(Timekeeper time) {
        this.time = time;
        this.thread =
                new ThreadPoolExecutor(1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread created = new Thread(task, THREAD);
                    created.setDaemon(true);
                    return created;
                });
        thread.allowCoreThreadTimeOut(true);
    }

    /** Runs a step after those before it; does nothing after the loop is closed. */
    void execute(Runnable step) {
        if (closed) {
            return;
        }
        try {
            thread.execute(() -> run(step));
        } catch (RejectedExecutionException e) {
            log.debug("the background refresh is closed", e);
        }
    }

    private void run(Runnable step) {
        if (closed) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("a step of the background refresh failed; it continues with the next one", e);
        }
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Ends after the step that is running, and waits for it at most 5 seconds.
     *
     * @param last runs after that step
     */
    void close(Runnable last) {
        closed = true;
        CompletableFuture<Void> ended = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    last.run();
                } finally {
                    ended.complete(null);
                }
            });
        } catch (RejectedExecutionException e) {
            ended.complete(null);
        }
        thread.shutdown();
        try {
            if (!time.await(ended, LONGEST_CLOSE)) {
                log.warn("a step of the background refresh did not end within {} s", LONGEST_CLOSE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
