package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.journal.OwnSegments.Located;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Copies the entries of full segments to a new one, so that a few entries that cannot be settled do not keep many
 * files. The old entries are not erased before their file is deleted, because other processes may be reading them. Used
 * by one thread.
 */
final class EntryCopies {

    private final ConcurrentMap<String, Located> live;
    private final Segment next;
    private final Consumer<Segment> deleteIfSpent;
    private final Map<Located, Located> copies = new LinkedHashMap<>();

    EntryCopies(ConcurrentMap<String, Located> live, Segment next, Consumer<Segment> deleteIfSpent) {
        this.live = live;
        this.next = next;
        this.deleteIfSpent = deleteIfSpent;
    }

    /** Copies all entries of each segment for which there is space. */
    void run() throws IOException {
        Map<Segment, List<Located>> bySegment = live.values().stream()
                .collect(Collectors.groupingBy(Located::segment, LinkedHashMap::new, Collectors.toList()));
        bySegment.remove(next);
        for (List<Located> entries : bySegment.values()) {
            copy(entries);
        }
        next.force();
        for (Map.Entry<Located, Located> copy : copies.entrySet()) {
            replace(copy.getKey(), copy.getValue());
        }
    }

    private void copy(List<Located> entries) throws IOException {
        int length = entries.stream().mapToInt(entry -> entry.frame().size()).sum();
        if (!next.accepts(Segment.ROOM + length)) {
            return;
        }
        List<byte[]> frames = wholeFrames(entries);
        for (int i = 0; i < frames.size(); i++) {
            Located old = entries.get(i);
            copies.put(old, new Located(next, next.append(frames.get(i)), old.frame()));
        }
    }

    /** Returns the bytes of all entries; none if one of them is damaged, so that its file is kept. */
    private static List<byte[]> wholeFrames(List<Located> entries) throws IOException {
        List<byte[]> frames = new ArrayList<>();
        for (Located entry : entries) {
            byte[] frame = read(entry);
            if (entry.frame().text(frame, 0).isEmpty()) {
                return List.of();
            }
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] read(Located entry) throws IOException {
        try {
            return entry.segment().file().read(entry.at(), entry.frame().size());
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    private void replace(Located old, Located copy) throws IOException {
        if (live.replace(old.frame().id(), old, copy)) {
            old.segment().removed();
            deleteIfSpent.accept(old.segment());
        } else { // settled meanwhile
            next.settle(copy.at(), copy.frame());
        }
    }
}
