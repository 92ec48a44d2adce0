package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An operation that serves all threads that have asked for it before it began. Threads that ask while it is running
 * share the next run, so their number does not multiply the cost. Thread-safe.
 */
final class JoinedOperation {

    private final ReentrantLock lock = new ReentrantLock();
    private final Operation operation;
    private volatile Run next = new Run();

    /** The operation itself. */
    interface Operation {
        void run() throws IOException;
    }

    /** A run that several threads may wait for. The lock guards the fields. */
    private static final class Run {
        private boolean ended;
        private @Nullable IOException failure;
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
        lock.lock();
        try {
            if (!mine.ended) {
                next = new Run();
                run(mine);
            }
            if (mine.failure != null) {
                throw new IOException(PrivateFiles.sentence(mine.failure), mine.failure);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run(Run run) {
        run.failure = new IOException("the operation was aborted"); // unless it returns
        try {
            operation.run();
            run.failure = null;
        } catch (IOException e) {
            run.failure = e;
        } finally {
            run.ended = true;
        }
    }
}
