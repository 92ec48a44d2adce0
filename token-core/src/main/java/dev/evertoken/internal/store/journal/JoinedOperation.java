package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An operation that serves all threads that have asked for it before it began. Threads that ask while it is running
 * share the next run, so their number does not multiply the cost. The first of them runs it. Thread-safe.
 */
final class JoinedOperation {

    private final ReentrantLock running = new ReentrantLock();
    private final Operation operation;
    private volatile Run next = new Run();

    /** The operation itself. */
    interface Operation {
        void run() throws IOException;
    }

    /** A run that several threads may wait for. */
    private static final class Run {
        private final AtomicBoolean taken = new AtomicBoolean();
        private final CompletableFuture<Optional<IOException>> failure = new CompletableFuture<>();
    }

    JoinedOperation(Operation operation) {
        this.operation = operation;
    }

    /**
     * Returns after a run that began after this call. An interrupt does not end the wait.
     *
     * @throws IOException if that run has failed
     */
    void await() throws IOException {
        Run mine = next;
        if (mine.taken.compareAndSet(false, true)) {
            runOnce(mine);
        }
        Optional<IOException> failure = mine.failure.join();
        if (failure.isPresent()) {
            throw new IOException(PrivateFiles.sentence(failure.get()), failure.get());
        }
    }

    private void runOnce(Run run) {
        Optional<IOException> failure = Optional.of(new IOException("the operation was aborted")); // unless it returns
        running.lock();
        try {
            next = new Run();
            operation.run();
            failure = Optional.empty();
        } catch (IOException e) {
            failure = Optional.of(e);
        } finally {
            running.unlock();
            run.failure.complete(failure);
        }
    }
}
