package dev.evertoken.benchmarks.comparison;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads that make the same call at the same time. */
final class Callers {

    /**
     * The outcome of all calls.
     *
     * @param millis the time until the last call ended, or the limit
     */
    record Outcome(int succeeded, int failed, int blocked, double millis) {
        String text() {
            return succeeded + " of " + (succeeded + failed + blocked) + " got a token"
                    + (blocked == 0 ? "" : ", " + blocked + " blocked");
        }
    }

    private Callers() {}

    /** Makes a call from each of many threads at once; calls that take longer than the limit count as blocked. */
    static Outcome call(int threads, long limitMillis, Callable<?> call) throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads, Callers::daemon);
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> calls = new ArrayList<>();
        for (int n = 0; n < threads; n++) {
            calls.add(pool.submit(() -> {
                ready.countDown();
                start.await();
                return call.call();
            }));
        }
        ready.await();
        long started = System.nanoTime();
        start.countDown();
        try {
            return outcome(calls, started, limitMillis);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Outcome outcome(List<Future<?>> calls, long started, long limitMillis) throws InterruptedException {
        int succeeded = 0;
        int failed = 0;
        int blocked = 0;
        for (Future<?> call : calls) {
            long left = limitMillis * 1_000_000 - (System.nanoTime() - started);
            try {
                call.get(Math.max(0, left), TimeUnit.NANOSECONDS);
                succeeded++;
            } catch (ExecutionException e) {
                failed++;
            } catch (TimeoutException e) {
                blocked++;
            }
        }
        return new Outcome(succeeded, failed, blocked, (System.nanoTime() - started) / 1e6);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        return thread;
    }
}
