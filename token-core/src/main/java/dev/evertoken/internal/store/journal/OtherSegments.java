package dev.evertoken.internal.store.journal;

import dev.evertoken.model.LoggerNames;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The segments of the other processes of this host. Thread-safe. */
final class OtherSegments {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final int MOST_ATTEMPTS = 100;

    private final Path folder;
    private final FolderListing listing;
    private final ConcurrentMap<Path, OtherSegment> known = new ConcurrentHashMap<>();
    private final JoinedOperation update = new JoinedOperation(new Update());

    OtherSegments(Path folder, JournalOwner owner) {
        this.folder = folder;
        this.listing = new FolderListing(folder, new IsOther(owner));
    }

    // Every start creates these two, and a class is created faster than a lambda.

    private final class Update implements JoinedOperation.Operation {
        @Override
        public void run() throws IOException {
            update();
        }
    }

    private record IsOther(JournalOwner owner) implements Predicate<Path> {
        @Override
        public boolean test(Path file) {
            return SegmentNames.isOne(file) && !SegmentNames.owner(file).equals(owner.id());
        }
    }

    /** Returns the segments that exist now. */
    List<Path> paths() throws IOException {
        return listing.files();
    }

    /** Returns the texts of the entries whose ids start with {@code prefix}. */
    List<SegmentText> texts(String prefix) throws IOException {
        if (known.isEmpty() && paths().isEmpty()) {
            return List.of();
        }
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            List<SegmentText> found = new ArrayList<>();
            update.await();
            try {
                for (OtherSegment segment : known.values()) {
                    segment.addTo(found, prefix);
                }
                return found;
            } catch (NoSuchFileException e) {
                log.debug("a segment was renamed or deleted, so its entries may be in another one", e);
            }
        }
        throw new IOException(folder + " changes all the time");
    }

    /** Returns the segment with an entry that was returned; empty if there is none. */
    Optional<OtherSegment> with(String id) {
        for (OtherSegment segment : known.values()) {
            if (segment.contains(id)) {
                return Optional.of(segment);
            }
        }
        return Optional.empty();
    }

    private void update() throws IOException {
        for (int attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
            Set<Path> now = new HashSet<>(paths());
            for (Path path : known.keySet()) {
                if (!now.contains(path)) {
                    drop(path);
                }
            }
            if (updateAll(now)) {
                return;
            }
        }
        throw new IOException(folder + " changes all the time");
    }

    /** Returns false if a segment was renamed or deleted meanwhile: its entries may be in another one. */
    private boolean updateAll(Set<Path> paths) throws IOException {
        for (Path path : paths) {
            try {
                known.computeIfAbsent(path, OtherSegment::new).update();
            } catch (NoSuchFileException e) {
                drop(path);
                return false;
            }
        }
        return true;
    }

    private void drop(Path path) throws IOException {
        OtherSegment gone = known.remove(path);
        if (gone != null) {
            gone.close();
        }
    }

    /** Closes the files until they are used again. */
    void close() throws IOException {
        for (OtherSegment segment : known.values()) {
            segment.close();
        }
    }
}
