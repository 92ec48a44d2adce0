package dev.evertoken.internal.store.journal;

import dev.evertoken.model.LoggerNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments of this process. Responses are appended to one of them; it is followed by a new one when it is full, and
 * deleted when it has no entries any more. Thread-safe.
 */
final class OwnSegments {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final int SMALLEST = 1024 * 1024;
    private static final int LARGEST = 16 * SMALLEST;
    /** The size of a new segment in relation to the reservations of the full one. */
    private static final int SIZE_PER_RESERVED = 4;

    /** If there are more segments than this, their entries are copied to the next one. */
    private static final int MOST_BEFORE_COPYING = 8;

    private final Path folder;
    private final JournalOwner owner;
    private final SegmentFile.Force force;
    private final ReentrantLock changing = new ReentrantLock();
    private final Set<Segment> segments = ConcurrentHashMap.newKeySet();
    private final ConcurrentNavigableMap<String, Located> live = new ConcurrentSkipListMap<>();
    private volatile @Nullable Segment active;

    /** Where an entry is. */
    record Located(Segment segment, long at, Frame frame) {}

    OwnSegments(Path folder, JournalOwner owner, SegmentFile.Force force) {
        this.folder = folder;
        this.owner = owner;
        this.force = force;
    }

    /** Reserves space for one response, in a new segment if necessary. */
    Segment reserve() throws IOException {
        Segment current = active;
        if (current != null && isUsable(current) && current.reserve()) {
            return current;
        }
        changing.lock();
        try {
            Segment meanwhile = active;
            return meanwhile != null && meanwhile != current && meanwhile.reserve() ? meanwhile : next(SMALLEST);
        } finally {
            changing.unlock();
        }
    }

    /** A segment that was removed, or whose disk has become read-only, would fail after the provider was called. */
    private static boolean isUsable(Segment segment) {
        return Files.isWritable(segment.file().path());
    }

    /** Creates the segment that follows, with one reservation. Requires the lock. */
    private Segment next(int least) throws IOException {
        Segment before = active;
        int wanted = before == null ? 0 : before.reserved() * SIZE_PER_RESERVED * Segment.ROOM;
        int size = Math.max(least, Math.min(wanted, LARGEST));
        Segment next = Segment.create(folder.resolve(SegmentNames.create(owner)), size, force);
        if (!next.reserve()) {
            throw new IllegalStateException("a new segment has no space");
        }
        segments.add(next);
        active = next;
        if (before != null) {
            before.seal();
            deleteIfSpent(before);
        }
        if (segments.size() > MOST_BEFORE_COPYING) {
            FileJournal.withWarning("copy", new EntryCopies(live, next, this::deleteIfSpent)::run);
        }
        return next;
    }

    /** Ends a reservation, whether it was used or not. */
    void release(Segment segment) {
        segment.release();
        deleteIfSpent(segment);
    }

    /**
     * Writes a response; after this method returns, it is on disk.
     *
     * @param reserved the segment that has space for it
     */
    void write(Segment reserved, String id, byte[] text) throws IOException {
        byte[] frame = Frame.encode(id, text);
        if (reserved.accepts(frame.length)) {
            try {
                append(reserved, id, frame);
                return;
            } catch (IOException e) { // removed by another process, or damaged; the response is more important
                log.warn(
                        "a response could not be written to {}, a new segment is created",
                        reserved.file().path(),
                        e);
            }
        }
        Segment fresh = fresh(frame.length);
        try {
            append(fresh, id, frame);
        } finally {
            release(fresh);
        }
    }

    private Segment fresh(int length) throws IOException {
        changing.lock();
        try {
            return next(Math.max(SMALLEST, SegmentScan.START.length + length + Segment.ROOM));
        } finally {
            changing.unlock();
        }
    }

    private void append(Segment segment, String id, byte[] frame) throws IOException {
        Located located =
                new Located(segment, segment.append(frame), Frame.at(frame, 0).orElseThrow());
        live.put(id, located);
        try {
            segment.force();
        } catch (IOException e) {
            segment.seal();
            forget(located);
            throw e;
        }
    }

    /** Adds the texts of the entries whose ids start with {@code prefix}. */
    void addTo(List<SegmentText> found, String prefix) throws IOException {
        for (String id : SegmentIndex.startingWith(live, prefix).keySet()) {
            text(id).ifPresent(text -> found.add(new SegmentText(id, text)));
        }
    }

    /** Returns the text of an entry; empty if it is settled or damaged. */
    Optional<byte[]> text(String id) throws IOException {
        for (Located located = live.get(id); located != null; ) {
            Optional<byte[]> text = text(located);
            Located meanwhile = live.get(id);
            if (text.isPresent() || located.equals(meanwhile)) {
                return text;
            }
            located = meanwhile; // it was copied
        }
        return Optional.empty();
    }

    private Optional<byte[]> text(Located located) throws IOException {
        try {
            byte[] bytes = located.segment.file().read(located.at, located.frame.size());
            Optional<Frame> frame = Frame.at(bytes, 0);
            if (frame.isPresent() && frame.get().isSettled()) {
                forget(located);
            }
            return frame.flatMap(head -> head.text(bytes, 0));
        } catch (NoSuchFileException e) {
            log.debug("{} was deleted", located.segment.file().path(), e);
            forget(located);
            return Optional.empty();
        }
    }

    private void forget(Located located) {
        if (live.remove(located.frame.id(), located)) {
            located.segment.removed();
            deleteIfSpent(located.segment);
        }
    }

    /** Settles an entry; returns false if it is not in a segment of this process. */
    boolean settle(String id) throws IOException {
        Located located = live.remove(id);
        if (located == null) {
            return false;
        }
        try {
            located.segment.settle(located.at, located.frame);
        } finally {
            deleteIfSpent(located.segment);
        }
        return true;
    }

    /** Takes over a segment of a process that has ended; does nothing if another process does that. */
    void adopt(Path ended, SetAside aside) throws IOException {
        changing.lock();
        try {
            EndedSegment taken = new EndedSegment(ended, owner, live);
            if (taken.takeOver(folder.resolve(SegmentNames.create(owner)))) {
                segments.add(taken.segment());
                taken.setAsideDamage(aside);
                deleteIfSpent(taken.segment());
            }
        } finally {
            changing.unlock();
        }
    }

    /** Deletes the active segment if it is empty, and closes the files of the others until they are used again. */
    void close() throws IOException {
        changing.lock();
        try {
            Segment current = active;
            if (current != null && current.sealIfIdle()) {
                active = null;
                deleteIfSpent(current);
            }
            for (Segment segment : segments) {
                segment.file().close();
            }
        } finally {
            changing.unlock();
        }
    }

    private void deleteIfSpent(Segment segment) {
        if (segment.isSpent() && segments.remove(segment)) {
            FileJournal.withWarning("delete", () -> {
                segment.file().close();
                Files.deleteIfExists(segment.file().path());
            });
        }
    }
}
