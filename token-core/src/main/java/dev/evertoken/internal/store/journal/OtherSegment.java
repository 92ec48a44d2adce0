package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.journal.SegmentScan.Found;
import dev.evertoken.model.LoggerNames;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment of another process, from which this process reads what was appended since it read last, and in which it
 * settles entries that it has saved. Thread-safe, but updated by one thread at a time.
 */
final class OtherSegment {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final SegmentFile file;
    private final ConcurrentNavigableMap<String, Located> live = new ConcurrentSkipListMap<>();
    private long end;
    private boolean newer;

    private record Located(long at, Frame frame) {}

    OtherSegment(Path path) {
        this.file = SegmentFile.existing(path);
    }

    Path path() {
        return file.path();
    }

    /** Reads the heads of the entries that were appended. */
    void update() throws IOException {
        if (end == 0) {
            byte[] start = file.read(0, SegmentScan.START.length);
            newer = SegmentScan.isNewer(start);
            if (newer) {
                log.error("{} was written by a newer version and is not read", file.path());
            }
            end = SegmentScan.START.length;
        }
        while (!newer) {
            byte[] head = file.read(end, Frame.HEAD);
            Optional<Frame> frame = Frame.at(head, 0);
            if (frame.isEmpty()) {
                addAfterDamage(head);
                return;
            }
            add(end, frame.get());
            end += frame.get().size();
        }
    }

    /** Adds the entries after damaged bytes, which are read again by the next update: they may be unfinished. */
    private void addAfterDamage(byte[] head) throws IOException {
        if (!Arrays.equals(head, new byte[head.length])) {
            for (Found found : SegmentScan.of(file.readFrom(end), 0).frames()) {
                add(end + found.at(), found.frame());
            }
        }
    }

    private void add(long at, Frame frame) {
        if (frame.isEntry() && !frame.isSettled()) {
            live.put(frame.id(), new Located(at, frame));
        }
    }

    /** Adds the texts of the entries whose ids start with {@code prefix}. */
    void addTo(List<SegmentText> found, String prefix) throws IOException {
        for (Map.Entry<String, Located> one :
                SegmentIndex.startingWith(live, prefix).entrySet()) {
            text(one.getKey(), one.getValue()).ifPresent(text -> found.add(new SegmentText(one.getKey(), text)));
        }
    }

    Optional<byte[]> text(String id) throws IOException {
        Located located = live.get(id);
        return located == null ? Optional.empty() : text(id, located);
    }

    private Optional<byte[]> text(String id, Located located) throws IOException {
        byte[] bytes = file.read(located.at, located.frame.size());
        Optional<Frame> frame = Frame.at(bytes, 0);
        if (frame.isPresent() && frame.get().isSettled()) {
            live.remove(id, located);
        }
        return frame.flatMap(head -> head.text(bytes, 0));
    }

    boolean contains(String id) {
        return live.containsKey(id);
    }

    /**
     * Removes the content of an entry, which the owner of the segment has written and does not write again. The owner
     * notices that when it reads the entry.
     */
    void settle(String id) throws IOException {
        Located located = live.remove(id);
        if (located != null) {
            file.write(located.frame.settled(), located.frame.stateAt(located.at));
        }
    }

    void close() throws IOException {
        file.close();
    }
}
