package dev.evertoken.jdkhttp;

import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous call as returned to its caller; cancelling it cancels the running step. Thread-safe.
 */
final class CancellableExchange<T> extends CompletableFuture<T> {
    private volatile @Nullable CompletableFuture<?> current;

    <R> CompletableFuture<R> follow(CompletableFuture<R> step) {
        current = step;
        if (isCancelled()) {
            step.cancel(true);
        }
        return step;
    }

    void end(@Nullable T result, @Nullable Throwable failure) {
        if (failure == null) {
            complete(result);
            return;
        }
        Throwable why =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        completeExceptionally(why instanceof TokenException known ? new TokenIOException(known) : why);
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean cancelled = super.cancel(mayInterrupt);
        CompletableFuture<?> step = current;
        if (cancelled && step != null) {
            step.cancel(mayInterrupt);
        }
        return cancelled;
    }
}
