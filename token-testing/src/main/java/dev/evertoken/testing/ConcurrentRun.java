package dev.evertoken.testing;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Runs the same work in several threads that start at the same time. Thread-safe. */
public final class ConcurrentRun {

    private ConcurrentRun() {}

    /**
     * Waits for all threads and returns their results, in no particular order.
     *
     * @param work receives the number of its thread, from 0
     * @throws java.util.concurrent.CompletionException if a thread threw; the exception is its cause
     */
    public static <T> List<T> run(int threads, IntFunction<Stream<T>> work) {
        CountDownLatch ready = new CountDownLatch(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<CompletableFuture<List<T>>> running = IntStream.range(0, threads)
                    .mapToObj(thread -> CompletableFuture.supplyAsync(
                            () -> {
                                start(ready);
                                return work.apply(thread).toList();
                            },
                            executor))
                    .toList();
            return running.stream().flatMap(one -> one.join().stream()).toList();
        } finally {
            executor.shutdownNow();
        }
    }

    private static void start(CountDownLatch ready) {
        ready.countDown();
        try {
            if (!ready.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the other threads did not start");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the start", e);
        }
    }
}
