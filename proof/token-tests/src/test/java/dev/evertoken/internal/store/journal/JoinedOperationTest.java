package dev.evertoken.internal.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class JoinedOperationTest {

    private final CountDownLatch began = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void threadsThatAskDuringARunShareTheNextOne() throws Exception {
        JoinedOperation operation = new JoinedOperation(this::heldAtFirst);
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> runsAfter(operation));
        began.await();
        List<CompletableFuture<Integer>> others = waiting(5, () -> runsAfter(operation));

        assertThat(others).noneMatch(CompletableFuture::isDone);
        mayEnd.countDown();

        assertThat(first.get()).isPositive();
        for (CompletableFuture<Integer> other : others) {
            assertThat(other.get()).as("a run that began after the call").isEqualTo(2);
        }
        assertThat(runs).hasValue(2);
    }

    @Test
    void aFailureIsReportedToAllThatWaitedAndToNobodyElse() throws Exception {
        JoinedOperation operation = new JoinedOperation(() -> {
            heldAtFirst();
            if (runs.get() == 2) {
                throw new IOException("the disk reports an error");
            }
        });
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> runsAfter(operation));
        began.await();
        List<CompletableFuture<Integer>> others = waiting(3, () -> runsAfter(operation));
        mayEnd.countDown();

        assertThat(first.get()).isPositive();
        for (CompletableFuture<Integer> other : others) {
            assertThatThrownBy(other::get).rootCause().hasMessage("the disk reports an error");
        }
        assertThat(runsAfter(operation)).isEqualTo(3);
    }

    @Test
    void anAbortedRunIsNoSuccessForTheOthersThatWaited() throws Exception {
        JoinedOperation operation = new JoinedOperation(() -> {
            heldAtFirst();
            throw new IllegalStateException("out of luck");
        });
        CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> runsAfter(operation));
        began.await();
        List<CompletableFuture<Integer>> others = waiting(2, () -> runsAfter(operation));
        mayEnd.countDown();

        assertThatThrownBy(first::get).hasRootCauseMessage("out of luck");
        assertThat(others).allSatisfy(other -> assertThatThrownBy(other::get).isNotNull());
    }

    private void heldAtFirst() {
        if (runs.incrementAndGet() == 1) {
            began.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private int runsAfter(JoinedOperation operation) {
        try {
            operation.await();
            return runs.get();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts threads, and returns when each of them waits. */
    static <T> List<CompletableFuture<T>> waiting(int threads, Supplier<T> work) {
        List<CompletableFuture<T>> results = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            CompletableFuture<T> result = new CompletableFuture<>();
            Thread thread = new Thread(() -> {
                try {
                    result.complete(work.get());
                } catch (RuntimeException | Error e) {
                    result.completeExceptionally(e);
                }
            });
            thread.setDaemon(true);
            thread.start();
            while (thread.getState() != Thread.State.WAITING && !result.isDone()) {
                Thread.onSpinWait();
            }
            results.add(result);
        }
        return results;
    }
}
