package dev.evertoken.internal.store.file;

import dev.evertoken.model.TokenKey;
import java.nio.file.Path;

/**
 * The files of one account, which are computed once for each call of a store. Immutable.
 *
 * @param stripe the number of the lock under which the files are written
 * @param file the record
 */
public record RecordPlace(TokenKey key, int stripe, Path file) {

    static final String RECORD = ".json";
    static final String TEMPORARY = ".tmp";

    private static final String KEY = ".key";

    /** @param records the directory of the directories with records */
    static RecordPlace in(Path records, TokenKey key) {
        String hash = FileNames.hash(key);
        return new RecordPlace(
                key, stripe(hash), records.resolve(hash.substring(0, 2)).resolve(FileNames.of(key) + RECORD));
    }

    /** @param hash the hash of a key */
    static int stripe(String hash) {
        return Integer.parseInt(hash.substring(2, 4), 16) % StripedLocks.STRIPES;
    }

    /** Returns the directory of the record. */
    Path shard() {
        return file.resolveSibling("");
    }

    /** Returns the temporary file for writes under the lock; it is in the directory of the record. */
    Path temporary() {
        return file.resolveSibling(stripe + TEMPORARY);
    }

    /** Returns whether the key cannot be read back from the name of the record. */
    boolean isHashed() {
        return FileNames.isHashed(file.getFileName().toString());
    }

    /** Returns the file with the key of a record whose name is hashed. */
    Path keyFile() {
        return keyFileOf(file);
    }

    static Path keyFileOf(Path record) {
        String name = record.getFileName().toString();
        return record.resolveSibling(name.substring(0, name.length() - RECORD.length()) + KEY);
    }
}
