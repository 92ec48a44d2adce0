package dev.evertoken.providers.internal.oauth2;

import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads for work that blocks: a task never waits for another one, and a thread ends if it had nothing to do
 * for ten seconds. Thread-safe.
 */
final class CallThreads {

    private static final long IDLE_SECONDS = 10;

    private CallThreads() {}

    /** Returns threads with this name and a number; their callers limit how many they need. */
    static Executor named(String name) {
        return new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), new Numbered(name));
    }

    /** Creates the threads. */
    private static final class Numbered implements ThreadFactory {
        private final AtomicInteger number = new AtomicInteger();
        private final String name;

        Numbered(String name) {
            this.name = name;
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
