package dev.evertoken.internal.client;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The library's own threads: few, named, daemon threads that end when idle. Thread-safe. */
public final class EngineThreads {

    private static final int MOST = 32;
    private static final int MOST_SAVING = 4;
    private static final long IDLE_SECONDS = 30;

    private EngineThreads() {}

    /** Returns the threads that run cycles. */
    public static ExecutorService start() {
        return start("evertoken-", MOST);
    }

    /** Returns the threads that save pending responses, so that saving never waits for calls to providers. */
    public static ExecutorService forSaving() {
        return start("evertoken-saving-", MOST_SAVING);
    }

    private static ExecutorService start(String name, int most) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
