package dev.evertoken.store;

import dev.evertoken.internal.store.file.DueFolder;
import dev.evertoken.internal.store.file.FileErrors;
import dev.evertoken.internal.store.file.FileLocation;
import dev.evertoken.internal.store.file.FileNames;
import dev.evertoken.internal.store.file.FolderFacts;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.file.RecordFolder;
import dev.evertoken.internal.store.file.RecordPlace;
import dev.evertoken.internal.store.file.StampFile;
import dev.evertoken.internal.store.file.StripedLocks;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.ChangeStamp;
import dev.evertoken.spi.store.DueIndex;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.StoreFact;
import dev.evertoken.spi.store.StoreInspection;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stores each record in a separate file; safe for concurrent use by the threads and processes of one host, including
 * several copies of this library in one process, for example in the web applications of one server.
 *
 * <pre>{@code
 * FileTokenStore store = FileTokenStore.open(folder, "crm");
 * Tokens tokens = Tokens.builder()
 *         .namespace("crm")
 *         .store(store)
 *         .encryption(keys)
 *         .client("google", google)
 *         .build();
 * }</pre>
 *
 * <p>A write consists of these steps:
 *
 * <ol>
 *   <li>acquire the key's lock, first between threads, then between copies of this library, then between processes,
 *       waiting at most 10 seconds for each
 *   <li>read the current record and compare its revision
 *   <li>write a temporary file in the directory of the record and force it to disk
 *   <li>atomically rename it to the record's file and force the directory to disk
 * </ol>
 *
 * <p>After a crash or power failure either the old or the new record exists, and the cost of a save does not depend on
 * the number of accounts. A crash may leave a temporary file, which the next opening of the store deletes; for this it
 * lists the names of all records. Reading takes no lock. Files and directories are accessible to their owner only, from their
 * creation on. A directory that is accessible to others, belongs to another user, is not writable or is on a network
 * file system is rejected, and so is a link or a file of another user in place of a file of the store.
 *
 * <p>The due accounts are found by the names of files that are not forced to disk, usually hard links of one empty file;
 * after a power failure some may be missing or outdated until an audit of a background refresh repairs them.
 *
 * <p>An unreadable record is kept until it is replaced or removed as {@link #UNREADABLE}; even then a copy of it is
 * kept, as {@code corrupt/….corrupt-…}, for 30 days or until a later record of the account is removed.
 *
 * <p>A thread that is interrupted while it waits for a lock gets a {@link TokenStoreException} and stays interrupted; a
 * write that has started is completed. Thread-safe.
 */
public final class FileTokenStore implements TokenStore, DueIndex, ChangeStamp, StoreInspection {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final String RECORD = "the record";
    private static final String UNREAD = "the record cannot be read";
    private static final String STAMP = "the change stamp";
    private static final String DUE = "the order of the due accounts";

    private final Path folder;
    private final RecordFolder records;
    private final DueFolder due;
    private final StampFile stamp;
    private final StripedLocks locks;
    private final Timekeeper time;

    private FileTokenStore(
            Path folder, RecordFolder records, DueFolder due, StampFile stamp, StripedLocks locks, Timekeeper time) {
        this.folder = folder;
        this.records = records;
        this.due = due;
        this.stamp = stamp;
        this.locks = locks;
        this.time = time;
    }

    /** Opens a store that uses the time of this machine; otherwise like {@link #open(Path, String, Timekeeper)}. */
    public static FileTokenStore open(Path folder, String namespace) {
        return open(folder, namespace, Timekeeper.system());
    }

    /**
     * Opens the store of a namespace in a directory; creates the directory if it does not exist.
     *
     * @param namespace the application; stores of different namespaces can share a directory and are kept apart
     * @param time the clock for {@link #now()}; not closed with the store
     * @throws TokenStoreException if the directory is not suitable; the message states the cause and the remedy
     */
    public static FileTokenStore open(Path folder, String namespace, Timekeeper time) {
        return open(folder, namespace, time, LONGEST_WAIT);
    }

    static FileTokenStore open(Path folder, String namespace, Timekeeper time, Duration longestWait) {
        try {
            Path real = PrivateFiles.openFolder(folder);
            Path own = PrivateFiles.createFolder(real.resolve(FileNames.of(namespace)));
            Path lockFiles = PrivateFiles.createFolder(own.resolve("locks"));
            RecordFolder records = RecordFolder.in(own, time);
            FileTokenStore store = new FileTokenStore(
                    real,
                    records,
                    DueFolder.in(own),
                    StampFile.in(own, records),
                    new StripedLocks(lockFiles, longestWait),
                    time);
            store.deleteLeftovers();
            return store;
        } catch (IOException e) {
            throw FileErrors.ofOpening("the token store cannot be opened", e).build();
        }
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        try {
            return read(records.place(key));
        } catch (IOException e) {
            throw FileErrors.about(UNREAD, e).key(key).build();
        }
    }

    private Optional<TokenRecord> read(RecordPlace place) throws IOException {
        Optional<byte[]> bytes = records.read(place);
        return bytes.isPresent() ? Optional.of(RecordCodec.decode(place.key(), bytes.get())) : Optional.empty();
    }

    /** @throws IllegalArgumentException if the record belongs to another key or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        byte[] bytes = RecordCodec.encode(next);
        RecordPlace place = records.place(key);
        // not with a lambda, because the first refresh of every process does this
        try (StripedLocks.Held held = lock(RECORD, Optional.of(key), place.stripe())) {
            Current current = expectedRevision == ABSENT && !records.mayExist(place) ? NONE : current(place);
            if (current.revision() != expectedRevision) {
                return false;
            }
            if (expectedRevision == UNREADABLE) {
                records.copyAside(place, time.millis());
            }
            records.write(place, bytes);
            moveHint(key, current, next.dueAt());
            return true;
        } catch (IOException e) {
            throw notWritten(RECORD, Optional.of(key), e);
        }
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        RecordPlace place = records.place(key);
        return locked(RECORD, Optional.of(key), place.stripe(), () -> {
            Current current = current(place);
            if (expectedRevision == ABSENT || current.revision() != expectedRevision) {
                return false;
            }
            if (expectedRevision == UNREADABLE) {
                records.copyAside(place, time.millis());
            }
            records.delete(place);
            moveHint(key, current, Optional.empty());
            if (expectedRevision != UNREADABLE) {
                records.deleteCopies(place);
            }
            return true;
        });
    }

    @Override
    public Stream<TokenKey> keys() {
        try {
            return records.keys();
        } catch (IOException e) {
            throw FileErrors.about("the keys cannot be read", e).build();
        }
    }

    @Override
    public Optional<String> changeStamp() {
        try {
            return Optional.of(stamp.read());
        } catch (IOException e) {
            throw FileErrors.about(STAMP + " cannot be read", e).build();
        }
    }

    @Override
    public Optional<Move> moveChangeStamp() {
        return Optional.of(locked(STAMP, Optional.empty(), StampFile.STRIPE, stamp::move));
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    /** Returns 8: a disk forces the files of several threads in about the time of one file. */
    @Override
    public int concurrentWrites() {
        return 8;
    }

    @Override
    public Optional<Instant> now() {
        return Optional.of(time.now());
    }

    /** Returns whether others can access the directory now, and whether this process can write it. */
    @Override
    public List<StoreFact> inspect() {
        return FolderFacts.of(folder);
    }

    /** Returns the real path of the directory of this store; a journal can use the same directory. */
    public Path folder() {
        return folder;
    }

    /** Does nothing: the store keeps no file open between calls. */
    @Override
    public void close() {}

    /** @param revision the revision of the stored record, or {@link #ABSENT} or {@link #UNREADABLE} */
    private record Current(long revision, Optional<Instant> dueAt) {}

    private static final Current NONE = new Current(ABSENT, Optional.empty());

    private Current current(RecordPlace place) {
        try {
            Optional<TokenRecord> record = read(place);
            return record.isPresent()
                    ? new Current(record.get().revision(), record.get().dueAt())
                    : NONE;
        } catch (UnreadableRecordException e) {
            return new Current(UNREADABLE, Optional.empty());
        } catch (IOException e) {
            throw FileErrors.about(UNREAD, e).key(place.key()).build();
        }
    }

    // ---- due accounts

    private void moveHint(TokenKey key, Current before, Optional<Instant> dueAt) throws IOException {
        if (before.revision() == UNREADABLE) {
            due.repair(key, dueAt);
        } else {
            due.move(key, before.dueAt(), dueAt);
        }
    }

    @Override
    public List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit) {
        try {
            Optional<Path> last = after.isPresent() ? place(after.get(), before) : Optional.empty();
            return due.due(registration, before, last, limit);
        } catch (IOException e) {
            throw FileErrors.about(DUE + " cannot be read", e).build();
        }
    }

    /** Returns the place of an account that is still due; empty if it is not. */
    private Optional<Path> place(TokenKey key, Instant before) throws IOException {
        try {
            return load(key)
                    .flatMap(TokenRecord::dueAt)
                    .filter(at -> at.isBefore(before))
                    .map(at -> due.file(key, at));
        } catch (UnreadableRecordException e) {
            return due.find(key);
        }
    }

    @Override
    public Optional<Instant> oldestDue(String registration) {
        try {
            return due.oldest(registration);
        } catch (IOException e) {
            throw FileErrors.about(DUE + " cannot be read", e).build();
        }
    }

    @Override
    public boolean isListed(TokenKey key, Instant dueAt) {
        return due.has(key, dueAt);
    }

    @Override
    public void repair(TokenKey key) {
        RecordPlace place = records.place(key);
        boolean unused = locked(DUE, Optional.of(key), place.stripe(), () -> {
            Current current = current(place);
            if (current.revision() != UNREADABLE) {
                due.repair(key, current.dueAt());
            }
            return true;
        });
    }

    private <T> T locked(String what, Optional<TokenKey> key, int stripe, Change<T> change) {
        try (StripedLocks.Held held = lock(what, key, stripe)) {
            return change.make();
        } catch (IOException e) {
            throw notWritten(what, key, e);
        }
    }

    private StripedLocks.Held lock(String what, Optional<TokenKey> key, int stripe) throws IOException {
        try {
            Optional<StripedLocks.Held> lock = locks.lock(stripe);
            if (lock.isEmpty()) {
                throw about(key, notWritten(what, "its lock was not free in time"))
                        .build();
            }
            return lock.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw about(key, notWritten(what, "interrupted while waiting for its lock"))
                    .cause(e)
                    .build();
        }
    }

    private static TokenException notWritten(String what, Optional<TokenKey> key, IOException e) {
        return about(key, FileErrors.about(what + " cannot be written", e)).build();
    }

    private static TokenException.Builder notWritten(String what, String why) {
        return TokenException.about(Problem.STORE_UNAVAILABLE).detail(what + " was not written: " + why);
    }

    private static TokenException.Builder about(Optional<TokenKey> key, TokenException.Builder failure) {
        return key.map(failure::key).orElse(failure);
    }

    /** Deletes temporary files left by a crash; skips those whose lock is held, because a write is in progress. */
    private void deleteLeftovers() throws IOException {
        for (RecordFolder.Leftover leftover : records.leftovers()) {
            Optional<StripedLocks.Held> lock = locks.lockIfFree(leftover.stripe());
            if (lock.isPresent()) {
                try (StripedLocks.Held held = lock.get()) {
                    leftover.delete();
                }
            }
        }
    }

    private interface Change<T> {
        T make() throws IOException;
    }

    /** Opens {@code file:path}; a relative path is resolved against the working directory. Thread-safe. */
    public static final class Factory implements TokenStoreFactory {

        @Override
        public String scheme() {
            return "file";
        }

        @Override
        public TokenStore open(String location, StoreContext context) {
            return FileTokenStore.open(FileLocation.parse(location), context.namespace(), context.time());
        }
    }
}
