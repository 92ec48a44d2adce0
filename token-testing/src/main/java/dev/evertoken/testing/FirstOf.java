package dev.evertoken.testing;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the first of two events. Stateless. */
final class FirstOf {

    private FirstOf() {}

    static void await(Future<?> event, CompletableFuture<?> elapsed) throws InterruptedException {
        try {
            if (event instanceof CompletableFuture<?> completable) {
                CompletableFuture.anyOf(completable.handle((value, problem) -> true), elapsed)
                        .get();
                return;
            }
            while (!elapsed.isDone() && !isDoneWithin(event, 5)) {
                Thread.onSpinWait();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("neither side of a wait can fail", e);
        }
    }

    /** Checks a future that has no callbacks, which must be polled. */
    private static boolean isDoneWithin(Future<?> event, long millis) throws InterruptedException {
        try {
            event.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException | CancellationException e) {
            return true;
        }
    }
}
