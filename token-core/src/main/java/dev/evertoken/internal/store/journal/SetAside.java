package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.AgedCopies;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.json.MalformedRecordException;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Entries that no process settles any more, one file for each: those that were parked, and those that are torn because
 * their process has ended or their file is damaged. Thread-safe.
 */
record SetAside(EntryFolder parked, EntryFolder torn, AgedCopies copies) {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
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

    /** Deletes what was set aside of an account. */
    void forget(TokenKey key, Predicate<TokenRecord> which) throws IOException {
        torn.keepNewest(EntryNames.keyDigits(key), 0);
        for (Path file : parked.files(EntryNames.keyDigits(key))) {
            if (isOf(file, key, which)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static boolean isOf(Path file, TokenKey key, Predicate<TokenRecord> which) throws IOException {
        Optional<byte[]> text = EntryFolder.text(file);
        try {
            return text.isPresent()
                    && isOf(JournalEntry.entry(EntryFolder.id(file), text.get()).answered(), key, which);
        } catch (MalformedRecordException e) {
            log.warn("the journal entry {} {}; it is kept for {}", file, e.getMessage(), AgedCopies.KEPT);
            return false;
        }
    }

    private static boolean isOf(TokenRecord record, TokenKey key, Predicate<TokenRecord> which) {
        return record.key().equals(key) && which.test(record);
    }

    private void write(Path file, byte[] content) throws IOException {
        PrivateFiles.write(file, content, StandardOpenOption.CREATE);
        copies.stamp(file);
    }
}
