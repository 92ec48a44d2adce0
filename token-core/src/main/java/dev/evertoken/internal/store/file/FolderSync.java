package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Forces the changes of directories to disk. Threads that change the same directory while it is being forced share the
 * next operation, so their number does not multiply the cost; each returns only after an operation that began after its
 * change. Thread-safe.
 */
final class FolderSync {

    private final ConcurrentMap<Path, Turns> folders = new ConcurrentHashMap<>();
    private final Force force;

    /** Forces one directory to disk. */
    interface Force {
        void apply(Path folder) throws IOException;
    }

    /** Created at every start, and faster than a lambda. */
    private static final class DiskForce implements Force {
        @Override
        public void apply(Path folder) throws IOException {
            PrivateFiles.syncFolder(folder);
        }
    }

    /** An operation that several threads may wait for. The lock of its folder guards the fields. */
    private static final class Operation {
        private boolean ended;
        private @Nullable IOException failure;
    }

    /** The operations of one folder, one after the other. */
    private static final class Turns {
        private final ReentrantLock lock = new ReentrantLock();
        private volatile Operation next = new Operation();
    }

    FolderSync() {
        this(new DiskForce());
    }

    FolderSync(Force force) {
        this.force = force;
    }

    /** Returns after all changes of the directory that this thread has made are on disk. */
    void sync(Path folder) throws IOException {
        Turns turns = turns(folder);
        Operation mine = turns.next;
        turns.lock.lock();
        try {
            if (!mine.ended) {
                turns.next = new Operation();
                run(mine, folder);
            }
            if (mine.failure != null) {
                throw new IOException(PrivateFiles.sentence(mine.failure), mine.failure);
            }
        } finally {
            turns.lock.unlock();
        }
    }

    private Turns turns(Path folder) {
        Turns known = folders.get(folder);
        if (known != null) {
            return known;
        }
        Turns mine = new Turns();
        Turns first = folders.putIfAbsent(folder, mine);
        return first == null ? mine : first;
    }

    private void run(Operation operation, Path folder) {
        try {
            force.apply(folder);
        } catch (IOException e) {
            operation.failure = e;
        } finally {
            operation.ended = true;
        }
    }
}
