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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Locks between the threads and the processes of one host: {@value #STRIPES} locks, whatever the number of accounts.
 *
 * <p>A file lock belongs to the process and is released as soon as the process closes any channel of that file. Threads
 * are therefore separated first, by locks that all stores of one directory in this process share. The lock files are
 * never deleted or renamed, so all processes lock the same files. An operating system does not notify waiters that a
 * file lock is free, so a process that waits for another one polls; it does so in real time, whatever the clock of the
 * engine is. Thread-safe.
 */
public final class StripedLocks {

    static final int STRIPES = 64;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Never cleared: a few kilobytes for each directory that this process has opened. */
    private static final ConcurrentMap<Path, ReentrantLock[]> OF_THIS_PROCESS = new ConcurrentHashMap<>();

    private final Path folder;
    private final ReentrantLock[] threads;
    private final Duration longestWait;

    /**
     * @param folder the real path of the directory
     * @param longestWait the maximum wait for threads of this process, and again for other processes
     */
    public StripedLocks(Path folder, Duration longestWait) {
        this.folder = folder;
        this.threads = OF_THIS_PROCESS.computeIfAbsent(
                folder, f -> Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new));
        this.longestWait = longestWait;
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
        FileChannel channel = null;
        boolean ours = false;
        try {
            channel = PrivateFiles.channel(
                    folder.resolve(stripe + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ours = waitFor(channel, waitNanos);
            return ours ? Optional.of(new Held(channel, mine)) : Optional.empty();
        } finally {
            if (!ours) {
                close(channel, mine);
            }
        }
    }

    private static boolean waitFor(FileChannel channel, long waitNanos) throws IOException {
        long left = waitNanos;
        long pause = FIRST_PAUSE_NANOS;
        while (!isOurs(channel)) {
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(pause);
            left -= pause;
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
        return true;
    }

    /** An overlap means that this library is loaded twice in one process and the other copy holds the lock. */
    private static boolean isOurs(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void close(@Nullable FileChannel channel, ReentrantLock mine) throws IOException {
        try {
            if (channel != null) {
                channel.close();
            }
        } finally {
            mine.unlock();
        }
    }

    /** An acquired lock; closed by the thread that acquired it. */
    public record Held(FileChannel channel, ReentrantLock mine) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            StripedLocks.close(channel, mine);
        }
    }
}
