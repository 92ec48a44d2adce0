package dev.evertoken.examples;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Many threads that want the same at one moment. Stateless. */
final class Crowd {

    private Crowd() {}

    /** Returns what each of them got; fails if one of them does. */
    static <T> List<T> of(int threads, Supplier<T> question) {
        ExecutorService crowd = Executors.newFixedThreadPool(threads);
        CountDownLatch here = new CountDownLatch(threads);
        try {
            List<CompletableFuture<T>> asking = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> {
                                awaitAll(here);
                                return question.get();
                            },
                            crowd))
                    .limit(threads)
                    .toList();
            return asking.stream().map(CompletableFuture::join).toList();
        } finally {
            crowd.shutdownNow();
        }
    }

    private static void awaitAll(CountDownLatch here) {
        here.countDown();
        try {
            if (!here.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the crowd did not come together");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the start", e);
        }
    }
}
