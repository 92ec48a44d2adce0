package dev.evertoken.internal.client;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The library's own threads: named daemon threads, started on demand, that end when they are idle. Thread-safe. */
public final class EngineThreads {

    private static final int MOST_SAVING = 4;
    private static final int MOST_TIMING_OUT = 4;
    private static final int MOST_IMPORTING = 32;
    private static final int MOST_CONFIRMING = 16;
    private static final int MOST_READING = 4;
    private static final Duration IDLE = Duration.ofSeconds(30);

    private EngineThreads() {}

    /** Returns the threads that run cycles: as many as there are tasks, whose number {@link ClientQueues} limits. */
    public static ExecutorService forCycles() {
        return forCycles(IDLE);
    }

    static ExecutorService forCycles(Duration idle) {
        return start("evertoken-", 0, Integer.MAX_VALUE, new SynchronousQueue<>(), idle);
    }

    /** Returns the threads that save pending responses, so that saving never waits for calls to providers. */
    public static ExecutorService forSaving() {
        return start("evertoken-saving-", MOST_SAVING, MOST_SAVING, new LinkedBlockingQueue<>(), IDLE);
    }

    /** Returns the threads that connect many accounts at once, so that they take no thread from a refresh. */
    public static ExecutorService forImports() {
        return start("evertoken-import-", MOST_IMPORTING, MOST_IMPORTING, new LinkedBlockingQueue<>(), IDLE);
    }

    /** Returns the threads that read records before a caller needs them. */
    public static ExecutorService forReading() {
        return start("evertoken-reading-", MOST_READING, MOST_READING, new LinkedBlockingQueue<>(), IDLE);
    }

    /** Returns the threads on which callers learn that their time is over, however many cycles are running. */
    public static ExecutorService forTimeouts() {
        return start("evertoken-timeout-", MOST_TIMING_OUT, MOST_TIMING_OUT, new LinkedBlockingQueue<>(), IDLE);
    }

    /** Returns the threads that read whether accounts are still connected, so that this never waits for providers. */
    public static ExecutorService forConfirming() {
        return start("evertoken-confirming-", MOST_CONFIRMING, MOST_CONFIRMING, new LinkedBlockingQueue<>(), IDLE);
    }

    private static ExecutorService start(
            String name, int core, int most, BlockingQueue<Runnable> tasks, Duration idle) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                core, most, idle.toNanos(), TimeUnit.NANOSECONDS, tasks, new DaemonThreads(name, new AtomicInteger()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private record DaemonThreads(String name, AtomicInteger number) implements ThreadFactory {
        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, name + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
