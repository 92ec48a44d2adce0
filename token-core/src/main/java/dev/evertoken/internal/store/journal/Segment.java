package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file of this process to which entries are appended. Its whole disk space is allocated when it is created, so that a
 * reservation costs no disk operation. Threads that append at the same time share one operation that forces the file to
 * disk. Thread-safe.
 */
final class Segment {

    /** Disk space for one response. */
    static final int ROOM = JournalEntry.ROOM;

    private final SegmentFile file;
    private final int size;
    private final JoinedOperation commit;
    private final ReentrantLock lock = new ReentrantLock();
    private long end;
    private int reserved;
    private int live;
    private boolean full;

    private Segment(SegmentFile file, int size, long end, SegmentFile.Force force) {
        this.file = file;
        this.size = size;
        this.end = end;
        this.commit = new JoinedOperation(() -> file.force(force, false));
    }

    /** Creates a segment that is on disk with its whole size. */
    static Segment create(Path path, int size, SegmentFile.Force force) throws IOException {
        try {
            SegmentFile file = SegmentFile.create(path, SegmentScan.START, size);
            file.force(force, true);
            PrivateFiles.syncFolderOf(path);
            return new Segment(file, size, SegmentScan.START.length, force);
        } catch (IOException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /** Returns a segment of a process that has ended, to which nothing is appended. */
    static Segment ended(SegmentFile file) {
        Segment segment = new Segment(file, 0, 0, FileChannel::force);
        segment.full = true;
        return segment;
    }

    SegmentFile file() {
        return file;
    }

    /** Reserves space for one response; returns false if there is too little. */
    boolean reserve() {
        lock.lock();
        try {
            if (full || size - end < (reserved + 1L) * ROOM) {
                return false;
            }
            reserved++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a reservation, whether it was used or not. */
    void release() {
        lock.lock();
        try {
            reserved--;
        } finally {
            lock.unlock();
        }
    }

    int reserved() {
        lock.lock();
        try {
            return reserved;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether a reservation is sufficient, or other space is left that nobody has reserved. */
    boolean accepts(int length) {
        lock.lock();
        try {
            return length <= ROOM || size - end - (reserved - 1L) * ROOM >= length;
        } finally {
            lock.unlock();
        }
    }

    /** Appends a frame under a reservation; it is on disk only after {@link #force}. Returns its position. */
    long append(byte[] frame) throws IOException {
        lock.lock();
        try {
            long at = end;
            file.write(frame, at);
            end = at + frame.length;
            live++;
            return at;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Returns after all that was appended before this call is on disk under the name of the segment.
     *
     * @throws IOException also if the file no longer has its name
     */
    void force() throws IOException {
        commit.await();
        if (!file.exists()) {
            throw new NoSuchFileException(file.path().toString());
        }
    }

    /** Adds an entry that was found in a segment of a process that has ended. */
    void found() {
        lock.lock();
        try {
            live++;
        } finally {
            lock.unlock();
        }
    }

    /** Removes the content of an entry; if that does not reach the disk, the entry is settled again, without harm. */
    void settle(long at, Frame frame) throws IOException {
        try {
            file.write(frame.settled(), frame.stateAt(at));
        } finally {
            removed();
        }
    }

    /** Counts an entry as removed. */
    void removed() {
        lock.lock();
        try {
            live--;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nothing more be reserved. */
    void seal() {
        lock.lock();
        try {
            full = true;
        } finally {
            lock.unlock();
        }
    }

    /** Seals this segment if it has neither entries nor reservations; returns whether it has none. */
    boolean sealIfIdle() {
        lock.lock();
        try {
            boolean idle = live == 0 && reserved == 0;
            full |= idle;
            return idle;
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the file is no longer needed. This does not change any more. */
    boolean isSpent() {
        lock.lock();
        try {
            return full && live == 0 && reserved == 0;
        } finally {
            lock.unlock();
        }
    }
}
