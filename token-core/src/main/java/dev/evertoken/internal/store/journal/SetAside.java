package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.AgedCopies;
import dev.evertoken.internal.store.file.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Entries that no process settles any more, one file for each: those that were parked, and those that are torn because
 * their process has ended or their file is damaged. Thread-safe.
 */
record SetAside(EntryFolder parked, EntryFolder torn, AgedCopies copies) {

    private static final int MOST_PARKED = 5;
    private static final int MOST_TORN = 100;

    /** Moves the file of an entry; only the newest few entries of its account are kept. */
    void park(Path file) throws IOException {
        String id = EntryFolder.id(file);
        copies.stamp(file);
        Files.move(file, parked.file(id), StandardCopyOption.ATOMIC_MOVE);
        parked.keepNewest(EntryNames.keyDigits(id), MOST_PARKED);
    }

    /** Writes the text of an entry to a file; only the newest few entries of its account are kept. */
    void park(String id, byte[] text) throws IOException {
        write(parked.file(id), JournalPage.of(text));
        parked.keepNewest(EntryNames.keyDigits(id), MOST_PARKED);
    }

    /** Moves a file that is damaged. */
    void tear(Path file) throws IOException {
        copies.stamp(file);
        Files.move(file, torn.file(EntryFolder.id(file)), StandardCopyOption.ATOMIC_MOVE);
        torn.keepNewest("", MOST_TORN);
    }

    /** Writes damaged bytes to a file. */
    void tear(String id, byte[] bytes) throws IOException {
        write(torn.file(id), bytes);
        torn.keepNewest("", MOST_TORN);
    }

    private void write(Path file, byte[] content) throws IOException {
        PrivateFiles.write(file, content, StandardOpenOption.CREATE);
        copies.stamp(file);
    }
}
