package dev.evertoken.testing;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for whichever of two events comes first. Stateless. */
final class FirstOf {

    private FirstOf() {}

    static void await(Future<?> event, CompletableFuture<?> elapsed) throws InterruptedException {
        try {
            if (event instanceof CompletableFuture<?> telling) {
                CompletableFuture.anyOf(telling.handle((value, problem) -> true), elapsed)
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

    /** A future that tells nobody when it is done has to be asked again and again. */
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
