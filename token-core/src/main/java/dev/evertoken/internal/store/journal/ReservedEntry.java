package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A reserved journal file; filled with zeros, so that its disk space is already allocated. Used by one thread. */
final class ReservedEntry implements Journal.Slot {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);

    private final TokenKey key;
    private final String id;
    private final Path file;
    private boolean open = true;
    private boolean written;

    private ReservedEntry(TokenKey key, String id, Path file) {
        this.key = key;
        this.id = id;
        this.file = file;
    }

    static ReservedEntry reserve(TokenKey key, String id, Path file) {
        ReservedEntry slot = new ReservedEntry(key, id, file);
        try {
            PrivateFiles.write(file, JournalEntry.empty(), StandardOpenOption.CREATE);
            PrivateFiles.syncFolderOf(file);
            return slot;
        } catch (IOException e) {
            slot.close();
            throw FileJournal.unavailable("no journal entry can be reserved for the response", e)
                    .key(key)
                    .build();
        }
    }

    @Override
    public Journal.Entry write(String claimId, TokenRecord answered) {
        if (!open) {
            throw new IllegalStateException("this slot has been used or closed");
        }
        if (!answered.key().equals(key)) {
            throw new IllegalArgumentException("this slot was reserved for " + key + ", not for " + answered.key());
        }
        byte[] page = JournalEntry.encode(claimId, answered);
        open = false;
        try {
            boolean gone = !Files.exists(file);
            PrivateFiles.write(file, page, StandardOpenOption.CREATE);
            if (gone) {
                PrivateFiles.syncFolderOf(
                        file); // the file was deleted by another process; the response is more important
            }
            written = true;
            return new Journal.Entry(id, claimId, answered);
        } catch (IOException e) {
            throw FileJournal.unavailable("the response could not be written to the journal", e)
                    .key(key)
                    .build();
        }
    }

    @Override
    public void close() {
        open = false;
        if (written) {
            return;
        }
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            log.warn("the unused journal file {} could not be deleted", file, e);
        }
    }
}
