package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Locks between the threads and the processes of one host: {@value #STRIPES} locks, whatever the number of accounts.
 *
 * <p>A file lock belongs to the process and is released as soon as the process closes any channel of that file. Threads
 * are therefore separated first, by locks that all stores of one directory share, and then copies of this library in the
 * same process, by {@link ProcessNames}: no file is opened while another thread or copy has locked it. The lock files are
 * never deleted or renamed, so all processes lock the same files. Neither another copy nor an operating system notifies
 * waiters that a lock is free, so they poll, in real time, whatever the clock of the engine is. Thread-safe.
 */
public final class StripedLocks {

    static final int STRIPES = 64;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Never cleared: a few kilobytes for each directory that this copy of the library has opened. */
    private static final ConcurrentMap<Path, ReentrantLock[]> OF_THIS_COPY = new ConcurrentHashMap<>();

    private final Path folder;
    private final ReentrantLock[] threads;
    private final Duration longestWait;

    /**
     * @param folder the real path of the directory
     * @param longestWait the maximum wait for threads, again for other copies of this library in this process, and again
     *     for other processes
     */
    public StripedLocks(Path folder, Duration longestWait) {
        this.folder = folder;
        this.threads = locksOf(folder);
        this.longestWait = longestWait;
    }

    private static ReentrantLock[] locksOf(Path folder) {
        ReentrantLock[] known = OF_THIS_COPY.get(folder);
        if (known != null) {
            return known;
        }
        ReentrantLock[] mine = newLocks();
        ReentrantLock[] first = OF_THIS_COPY.putIfAbsent(folder, mine);
        return first == null ? mine : first;
    }

    private static ReentrantLock[] newLocks() {
        ReentrantLock[] locks = new ReentrantLock[STRIPES];
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            locks[stripe] = new ReentrantLock();
        }
        return locks;
    }

    /**
     * Acquires a lock and returns it; empty if it did not become free in time.
     *
     * @throws InterruptedException if the thread is interrupted before it has acquired the lock
     */
    public Optional<Held> lock(int stripe) throws IOException, InterruptedException {
        ReentrantLock mine = threads[stripe];
        if (!mine.tryLock(longestWait.toNanos(), TimeUnit.NANOSECONDS)) {
            return Optional.empty();
        }
        Optional<Held> held = locked(mine, stripe, longestWait.toNanos());
        if (held.isEmpty() && Thread.interrupted()) {
            throw new InterruptedException();
        }
        return held;
    }

    /** Acquires a lock if it is free; empty otherwise. */
    public Optional<Held> lockIfFree(int stripe) throws IOException {
        ReentrantLock mine = threads[stripe];
        return mine.tryLock() ? locked(mine, stripe, 0) : Optional.empty();
    }

    private Optional<Held> locked(ReentrantLock mine, int stripe, long waitNanos) throws IOException {
        Path file = folder.resolve(stripe + ".lock");
        Optional<Held> held = Optional.empty();
        try {
            if (waitUntil(new Naming(file), waitNanos)) {
                held = lockedInProcess(mine, file, waitNanos);
            }
            return held;
        } finally {
            if (held.isEmpty()) {
                mine.unlock();
            }
        }
    }

    private static Optional<Held> lockedInProcess(ReentrantLock mine, Path file, long waitNanos) throws IOException {
        FileChannel channel = null;
        boolean ours = false;
        try {
            channel = PrivateFiles.channel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ours = waitUntil(new Locking(channel), waitNanos);
            return ours ? Optional.of(new Held(channel, file, mine)) : Optional.empty();
        } finally {
            if (!ours) {
                close(channel, file);
            }
        }
    }

    private static boolean waitUntil(Attempt attempt, long waitNanos) throws IOException {
        long left = waitNanos;
        long pause = FIRST_PAUSE_NANOS;
        while (!attempt.succeeds()) {
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(pause);
            left -= pause;
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    private static void close(@Nullable FileChannel channel, Path file) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            ProcessNames.remove(file.toString());
        }
    }

    // Every process makes these two attempts, and a class loads faster than a lambda.

    private interface Attempt {
        boolean succeeds() throws IOException;
    }

    private record Naming(Path file) implements Attempt {
        @Override
        public boolean succeeds() {
            return ProcessNames.add(file.toString());
        }
    }

    private record Locking(FileChannel channel) implements Attempt {

        /** An overlap means that a version of this library without {@link ProcessNames} holds the lock here. */
        @Override
        public boolean succeeds() throws IOException {
            try {
                FileLock lock = channel.tryLock();
                return lock != null;
            } catch (OverlappingFileLockException e) {
                return false;
            }
        }
    }

    /** An acquired lock; closed by the thread that acquired it. */
    public record Held(FileChannel channel, Path file, ReentrantLock mine) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            try {
                StripedLocks.close(channel, file);
            } finally {
                mine.unlock();
            }
        }
    }
}
