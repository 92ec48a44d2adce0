package dev.evertoken.internal.record;

import dev.evertoken.model.LoggerNames;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that another thread reads before it is needed. If no thread has begun by then, the thread that needs the
 * value
 * reads it, so that it does not wait for a free thread. The value is read at most once. Thread-safe.
 */
final class ReadAhead<T> {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final Supplier<T> reading;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<T> value = new CompletableFuture<>();

    private ReadAhead(Supplier<T> reading) {
        this.reading = reading;
    }

    /** Starts to read a value; if {@code threads} does not accept it, {@link #get} reads it. */
    static <T> ReadAhead<T> start(Supplier<T> reading, Executor threads) {
        ReadAhead<T> ahead = new ReadAhead<>(reading);
        try {
            threads.execute(ahead::read);
        } catch (RuntimeException | OutOfMemoryError e) { // such as no more threads
            log.debug("no thread reads ahead", e);
        }
        return ahead;
    }

    private void read() {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        try {
            value.complete(reading.get());
        } catch (RuntimeException | Error e) {
            value.completeExceptionally(e);
        }
    }

    /** Returns the value; throws what reading it has thrown. */
    T get() {
        read();
        try {
            return value.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    /** Returns after the reading has ended; it does not begin any more. */
    void stop() {
        if (!begun.compareAndSet(false, true)) {
            var unused = value.handle((read, failure) -> true).join();
        }
    }
}
