package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The files in a directory, which are listed again only after the directory has changed. Thread-safe.
 *
 * <p>A file system may give two changes that are close together the same time, so a list is used again only if the
 * directory had not changed for a while when it was listed.
 */
final class FolderListing {

    private static final long QUIET_MILLIS = Duration.ofSeconds(5).toMillis();

    private final Path folder;
    private final Predicate<Path> wanted;
    private final Timekeeper time;
    private volatile @Nullable Listed last;

    /** The files of a directory that has this change as its last one. */
    private record Listed(BasicFileAttributes folder, List<Path> files) {}

    FolderListing(Path folder, Predicate<Path> wanted) {
        this(folder, wanted, Timekeeper.system());
    }

    /** @param time the time of the file system */
    FolderListing(Path folder, Predicate<Path> wanted, Timekeeper time) {
        this.folder = folder;
        this.wanted = wanted;
        this.time = time;
    }

    /** Returns the wanted files that are in the directory now, in no particular order. */
    List<Path> files() throws IOException {
        BasicFileAttributes now = Files.readAttributes(folder, BasicFileAttributes.class); // before it is listed
        Listed known = last;
        if (known != null && isUnchanged(known.folder, now)) {
            return known.files;
        }
        List<Path> files = wanted(PrivateFiles.list(folder));
        boolean quiet = time.millis() - now.lastModifiedTime().toMillis() > QUIET_MILLIS;
        last = quiet ? new Listed(now, files) : null;
        return files;
    }

    /** Filters without a stream, whose classes no start needs otherwise. */
    private List<Path> wanted(List<Path> all) {
        List<Path> files = new ArrayList<>();
        for (Path file : all) {
            if (wanted.test(file)) {
                files.add(file);
            }
        }
        return Collections.unmodifiableList(files);
    }

    private static boolean isUnchanged(BasicFileAttributes before, BasicFileAttributes now) {
        return before.lastModifiedTime().equals(now.lastModifiedTime())
                && Objects.equals(before.fileKey(), now.fileKey());
    }
}
