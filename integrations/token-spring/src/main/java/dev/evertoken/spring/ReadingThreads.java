package dev.evertoken.spring;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read the beginning of responses. Their number is not limited, so that bodies that do not arrive
 * delay no other response; a thread ends when it has been idle for some seconds. Thread-safe.
 */
final class ReadingThreads {

    private static final int IDLE_SECONDS = 10;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private static final Executor THREADS = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), ReadingThreads::thread);

    private ReadingThreads() {}

    static void start(Runnable reading) {
        THREADS.execute(reading);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "evertoken-spring-body-" + COUNT.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
