package dev.evertoken.jdkhttp;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads on which asynchronous calls wait for another token, so that no thread of the client blocks. They start
 * with the first rejected token and end when they are idle. Thread-safe.
 */
final class Deciders {

    private static final int MOST = 8;
    private static final int IDLE_SECONDS = 10;

    static final Executor THREADS = start();

    private Deciders() {}

    private static Executor start() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                MOST, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "evertoken-http-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }
}
