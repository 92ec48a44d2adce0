package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.journal.OwnSegments.Located;
import dev.evertoken.internal.store.journal.SegmentScan.Found;
import dev.evertoken.internal.store.journal.SegmentScan.Gap;
import dev.evertoken.model.LoggerNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment of a process that has ended, which this process takes over: the file is renamed, so that only one of
 * several processes succeeds and each entry is always in some file. Used by one thread.
 */
final class EndedSegment {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final Path path;
    private final JournalOwner owner;
    private final ConcurrentMap<String, Located> live;
    private final SegmentFile file;
    private final Segment segment;
    private final Map<String, Located> added = new HashMap<>();
    private final List<Found> torn = new ArrayList<>();
    private final List<Found> copies = new ArrayList<>();
    private byte[] bytes = new byte[0];

    EndedSegment(Path path, JournalOwner owner, ConcurrentMap<String, Located> live) {
        this.path = path;
        this.owner = owner;
        this.live = live;
        this.file = SegmentFile.existing(path);
        this.segment = Segment.ended(file);
    }

    Segment segment() {
        return segment;
    }

    /**
     * Renames the file and adds its entries to those of this process; returns false if another process was first, or a
     * newer version has written the file.
     */
    boolean takeOver(Path mine) throws IOException {
        try {
            bytes = file.readFrom(0);
            if (SegmentScan.isNewer(bytes)) {
                log.error("{} was written by a newer version and is left in place", path);
                file.close();
                return false;
            }
            addEntries(); // before the file is renamed, because it is not read as another process's after that
            Files.move(path, mine, StandardCopyOption.ATOMIC_MOVE);
            file.renamed(mine);
            return true;
        } catch (NoSuchFileException e) {
            log.debug("another process was first to take over {}", path, e);
            removeEntries();
            return false;
        } catch (IOException e) {
            removeEntries();
            throw e;
        }
    }

    private void addEntries() {
        for (Found found : SegmentScan.of(bytes, SegmentScan.START.length).frames()) {
            Frame frame = found.frame();
            if (!frame.isEntry()) {
                log.error("{} contains an entry of a newer version, which is kept", path);
                segment.found();
            } else if (frame.text(bytes, found.at()).isPresent()) {
                add(found);
            } else if (!frame.isSettled() && !isBlank(found.at() + Frame.HEAD, frame.length())) {
                torn.add(found);
            }
        }
    }

    private void add(Found found) {
        Located located = new Located(segment, found.at(), found.frame());
        segment.found();
        if (live.putIfAbsent(found.frame().id(), located) == null) {
            added.put(found.frame().id(), located);
        } else {
            copies.add(found);
        }
    }

    private void removeEntries() throws IOException {
        added.forEach(live::remove);
        file.close();
    }

    /** Returns whether a text is empty because its entry was settled, or because it never reached the disk. */
    private boolean isBlank(int from, int length) {
        return Arrays.equals(bytes, from, from + length, new byte[length], 0, length);
    }

    /** Copies what is damaged to files for support, and removes it and superfluous copies from the segment. */
    void setAsideDamage(SetAside aside) throws IOException {
        for (Found copy : copies) {
            segment.settle(copy.at(), copy.frame());
        }
        for (Found found : torn) {
            setAside(
                    aside, found.frame().id(), new Gap(found.at(), found.frame().size()));
        }
        for (Gap gap : SegmentScan.of(bytes, SegmentScan.START.length).damaged()) {
            setAside(aside, EntryNames.ofUnknownKey(owner), gap);
        }
    }

    private void setAside(SetAside aside, String id, Gap gap) throws IOException {
        log.error("an entry in {} was not finished before its process ended; it is set aside", path);
        aside.tear(id, Arrays.copyOfRange(bytes, gap.at(), gap.at() + gap.length()));
        file.write(new byte[gap.length()], gap.at());
    }
}
