package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A directory with one file for each entry, named after its id. Thread-safe. */
final class EntryFolder {

    private static final String ENTRY = ".entry";

    private final Path folder;
    private final FolderListing listing;

    EntryFolder(Path folder) {
        this.folder = folder;
        this.listing = new FolderListing(folder, new IsEntry());
    }

    /** Created at every start, and faster than a lambda. */
    private static final class IsEntry implements Predicate<Path> {
        @Override
        public boolean test(Path file) {
            return EntryNames.isOne(file, ENTRY);
        }
    }

    static String id(Path file) {
        return EntryNames.id(file, ENTRY);
    }

    Path file(String id) {
        return folder.resolve(id + ENTRY);
    }

    /** Returns the files whose ids start with {@code prefix}. */
    List<Path> files(String prefix) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path file : listing.files()) {
            if (file.getFileName().toString().startsWith(prefix)) {
                files.add(file);
            }
        }
        return files;
    }

    /** Returns the text in a file; empty if the file is unfinished or does not exist. */
    static Optional<byte[]> text(Path file) throws IOException {
        Optional<byte[]> page = PrivateFiles.read(file, JournalPage.LARGEST);
        return page.isPresent() ? JournalPage.text(page.get()) : page;
    }

    /** Deletes the files whose ids start with {@code prefix}, except the newest. */
    void keepNewest(String prefix, int most) throws IOException {
        List<Aged> aged = new ArrayList<>();
        for (Path file : files(prefix)) {
            aged.add(new Aged(file, Files.getLastModifiedTime(file).toMillis()));
        }
        if (aged.size() <= most) {
            return;
        }
        aged.sort(Comparator.comparingLong(Aged::millis).reversed());
        for (Aged old : aged.subList(most, aged.size())) {
            Files.deleteIfExists(old.file());
        }
    }

    private record Aged(Path file, long millis) {}
}
