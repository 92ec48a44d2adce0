package dev.evertoken.internal.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The segments of a journal: those of this process, to which it appends, and those of other processes of the host,
 * which it reads. Thread-safe.
 *
 * <p>Only its owner appends to a segment and deletes it. Any process settles an entry that it has saved, in place; if
 * two processes do that, there is no harm. The segments of a process that has ended are taken over.
 */
final class Segments {

    /** By the id of the owner: all journals of this copy of the library use the same segments. */
    private static final ConcurrentMap<String, Segments> OF_THIS_COPY = new ConcurrentHashMap<>();

    private final JournalOwner owner;
    private final OwnSegments own;
    private final OtherSegments others;

    Segments(Path folder, JournalOwner owner, SegmentFile.Force force) {
        this.owner = owner;
        this.own = new OwnSegments(folder, owner, force);
        this.others = new OtherSegments(folder, owner);
    }

    /** Returns the only segments of this copy of the library in a directory. */
    static Segments in(Path folder, JournalOwner owner) {
        Segments known = OF_THIS_COPY.get(owner.id());
        if (known != null) {
            return known;
        }
        Segments mine = new Segments(folder, owner, new DiskForce());
        Segments first = OF_THIS_COPY.putIfAbsent(owner.id(), mine);
        return first == null ? mine : first;
    }

    /** Created at every start, and faster than a lambda. */
    private static final class DiskForce implements SegmentFile.Force {
        @Override
        public void apply(FileChannel open, boolean withAttributes) throws IOException {
            open.force(withAttributes);
        }
    }

    OwnSegments own() {
        return own;
    }

    /** Takes over the segments of processes that have ended. */
    void adoptEnded(SetAside aside) throws IOException {
        for (Path path : others.paths()) {
            if (!owner.isAlive(SegmentNames.owner(path))) {
                own.adopt(path, aside);
            }
        }
    }

    /** Returns the texts of the entries whose ids start with {@code prefix}. */
    List<SegmentText> texts(String prefix) throws IOException {
        List<SegmentText> found = new ArrayList<>(others.texts(prefix)); // first, because a segment may become ours
        own.addTo(found, prefix);
        return found;
    }

    /** Returns the text of an entry that was returned; empty if it was settled. */
    Optional<byte[]> text(String id) throws IOException {
        Optional<OtherSegment> other = others.with(id);
        return other.isPresent() ? other.get().text(id) : own.text(id);
    }

    /** Settles an entry that was returned; returns false if it is in no segment. */
    boolean settle(String id, SetAside aside) throws IOException {
        if (own.settle(id)) {
            return true;
        }
        Optional<OtherSegment> other = others.with(id);
        if (other.isEmpty()) {
            return false;
        }
        other.get().settle(id);
        Path path = other.get().path();
        if (!owner.isAlive(SegmentNames.owner(path))) {
            own.adopt(path, aside); // so that it is deleted once it has no entries
        }
        return true;
    }

    /** Releases what is not needed while the journal is not used. */
    void close() throws IOException {
        own.close();
        others.close();
    }
}
