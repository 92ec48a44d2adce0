package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that several threads read and write at positions. An interrupt closes the channel of a running operation for
 * all threads; every operation that this ends is repeated on a new channel, and the interrupt is restored for its
 * thread. Thread-safe.
 */
final class SegmentFile implements AutoCloseable {

    private static final int CHUNK = 64 * 1024;

    private final ReentrantLock opening = new ReentrantLock();
    private volatile Path path;
    private volatile @Nullable FileChannel channel;

    private SegmentFile(Path path) {
        this.path = path;
    }

    /** Creates a file that is accessible to its owner only, and fills it with zeros, which are not forced to disk. */
    static SegmentFile create(Path path, byte[] start, int size) throws IOException {
        SegmentFile file = new SegmentFile(path);
        file.channel = PrivateFiles.channel(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        byte[] zeros = new byte[Math.min(CHUNK, size)];
        for (int at = 0; at < size; at += zeros.length) {
            file.write(Arrays.copyOf(zeros, Math.min(zeros.length, size - at)), at);
        }
        file.write(start, 0);
        return file;
    }

    /** Returns a file that is opened when it is used, unless it is a link or belongs to another user. */
    static SegmentFile existing(Path path) {
        return new SegmentFile(path);
    }

    Path path() {
        return path;
    }

    /** Tells this object that its file was renamed. */
    void renamed(Path to) {
        path = to;
    }

    boolean exists() {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    void write(byte[] bytes, long at) throws IOException {
        run(open -> {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                open.write(rest, at + rest.position());
            }
            return path;
        });
    }

    /** Returns the bytes at a position, fewer at the end of the file. */
    byte[] read(long at, int length) throws IOException {
        return run(open -> {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (open.read(bytes, at + bytes.position()) < 0) {
                    return Arrays.copyOf(bytes.array(), bytes.position());
                }
            }
            return bytes.array();
        });
    }

    /** Returns the bytes from a position to the end of the file. */
    byte[] readFrom(long at) throws IOException {
        long size = run(FileChannel::size);
        return read(at, Math.toIntExact(Math.max(0, size - at)));
    }

    /** Forces the file to disk in this way. */
    void force(Force force, boolean withAttributes) throws IOException {
        run(open -> {
            force.apply(open, withAttributes);
            return path;
        });
    }

    /** Forces an open file to disk. */
    interface Force {
        void apply(FileChannel open, boolean withAttributes) throws IOException;
    }

    /** Closes the file until it is used again. */
    @Override
    public void close() throws IOException {
        opening.lock();
        try {
            FileChannel open = channel;
            if (open != null) {
                open.close();
            }
            channel = null;
        } finally {
            opening.unlock();
        }
    }

    private interface Operation<T> {
        T on(FileChannel open) throws IOException;
    }

    private <T> T run(Operation<T> operation) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return operation.on(open());
                } catch (ClosedChannelException e) { // closed by an interrupt of this thread or of another one
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        return open != null && open.isOpen() ? open : reopened();
    }

    private FileChannel reopened() throws IOException {
        opening.lock();
        try {
            FileChannel open = channel;
            if (open == null || !open.isOpen()) {
                PrivateFiles.check(path);
                open = PrivateFiles.channel(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
                channel = open;
            }
            return open;
        } finally {
            opening.unlock();
        }
    }
}
