package dev.evertoken.store;

import dev.evertoken.internal.store.file.FileErrors;
import dev.evertoken.internal.store.file.FileLocation;
import dev.evertoken.internal.store.file.FileNames;
import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.file.RecordFolder;
import dev.evertoken.internal.store.file.StripedLocks;
import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.StoreContext;
import dev.evertoken.spi.store.TokenRecord;
import dev.evertoken.spi.store.TokenStore;
import dev.evertoken.spi.store.TokenStoreFactory;
import dev.evertoken.spi.store.UnreadableRecordException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps each record in a file of its own, safe between the threads and processes of one host.
 *
 * <p>A write is:
 *
 * <ol>
 *   <li>take the key's lock, between threads and then between processes, for at most 10 seconds each
 *   <li>read what stands there and compare its revision
 *   <li>write a temporary file and bring it to the disk
 *   <li>rename it over the record, in one step, and bring the folder to the disk
 * </ol>
 *
 * <p>So a crash or power cut leaves the old record or the new one, and a save costs the same with ten
 * accounts or with a hundred thousand. Reading takes no lock. Files and folders are the owner's alone
 * from their creation on; a folder that others may enter, that cannot be written or that is on a network file
 * system is refused. A record that cannot be read stays where it is until it is replaced or removed as
 * {@link #UNREADABLE}, and even then a copy of it stays, as {@code ….corrupt-…}.
 *
 * <p>A thread that is interrupted while it waits for a lock gets a {@link TokenStoreException} and stays
 * interrupted; a write that has begun is ended. Thread-safe.
 */
public final class FileTokenStore implements TokenStore {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Path folder;
    private final RecordFolder records;
    private final StripedLocks locks;
    private final Timekeeper time;

    private FileTokenStore(Path folder, RecordFolder records, StripedLocks locks, Timekeeper time) {
        this.folder = folder;
        this.records = records;
        this.locks = locks;
        this.time = time;
    }

    /** Opens a store that goes by the time of this machine, otherwise as {@link #open(Path, String, Timekeeper)}. */
    public static FileTokenStore open(Path folder, String namespace) {
        return open(folder, namespace, Timekeeper.system());
    }

    /**
     * Opens the store of a namespace in a folder, which is created if it is not there.
     *
     * @param namespace the application; stores of different namespaces can share a folder and never meet
     * @param time what {@link #now()} tells; it is not closed with the store
     * @throws TokenStoreException if the folder is not fit, saying why and what to do
     */
    public static FileTokenStore open(Path folder, String namespace, Timekeeper time) {
        return open(folder, namespace, time, LONGEST_WAIT);
    }

    static FileTokenStore open(Path folder, String namespace, Timekeeper time, Duration longestWait) {
        try {
            Path real = PrivateFiles.openFolder(folder);
            Path own = PrivateFiles.createFolder(real.resolve(FileNames.of(namespace)));
            Path lockFiles = PrivateFiles.createFolder(own.resolve("locks"));
            FileTokenStore store =
                    new FileTokenStore(real, RecordFolder.in(own), new StripedLocks(lockFiles, longestWait), time);
            store.deleteLeftovers();
            return store;
        } catch (IOException e) {
            throw TokenStoreException.refused("the token store cannot be opened: " + PrivateFiles.sentence(e), e);
        }
    }

    @Override
    public Optional<TokenRecord> load(TokenKey key) {
        try {
            return records.read(key).map(bytes -> RecordCodec.decode(key, bytes));
        } catch (IOException e) {
            throw FileErrors.about("the record cannot be read", e).key(key).build();
        }
    }

    /** @throws IllegalArgumentException if the record is another key's, or cannot be encoded */
    @Override
    public boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next) {
        next.requireKey(key);
        byte[] bytes = RecordCodec.encode(next);
        return locked(key, () -> {
            if (revision(key) != expectedRevision) {
                return false;
            }
            if (expectedRevision == UNREADABLE) {
                records.copyAside(key, time.millis());
            }
            records.write(key, bytes);
            return true;
        });
    }

    @Override
    public boolean remove(TokenKey key, long expectedRevision) {
        return locked(key, () -> {
            if (expectedRevision == ABSENT || revision(key) != expectedRevision) {
                return false;
            }
            if (expectedRevision == UNREADABLE) {
                records.copyAside(key, time.millis());
            }
            records.delete(key);
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
    public Guarantee guarantee() {
        return Guarantee.SHARED;
    }

    @Override
    public Optional<Instant> now() {
        return Optional.of(time.now());
    }

    /** Returns the real path of the folder that was opened; a journal can stand in the same one. */
    public Path folder() {
        return folder;
    }

    /** Does nothing: between two calls the store holds nothing open. */
    @Override
    public void close() {}

    /** Returns the revision, or {@link #ABSENT} or {@link #UNREADABLE}. */
    private long revision(TokenKey key) {
        try {
            return load(key).map(TokenRecord::revision).orElse(ABSENT);
        } catch (UnreadableRecordException e) {
            return UNREADABLE;
        }
    }

    private boolean locked(TokenKey key, Change change) {
        try {
            Optional<StripedLocks.Held> lock = locks.lock(RecordFolder.stripe(key));
            if (lock.isEmpty()) {
                throw notWritten(key, "its lock was not free in time").build();
            }
            try (StripedLocks.Held held = lock.get()) {
                return change.make();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notWritten(key, "interrupted while waiting for its lock")
                    .cause(e)
                    .build();
        } catch (IOException e) {
            throw FileErrors.about("the record cannot be written", e).key(key).build();
        }
    }

    private static TokenException.Builder notWritten(TokenKey key, String why) {
        return TokenException.about(Problem.STORE_UNAVAILABLE).key(key).detail("the record was not written: " + why);
    }

    /** Deletes what a crash left half written; whoever holds a lock is at work and keeps its file. */
    private void deleteLeftovers() throws IOException {
        for (int stripe : records.leftovers()) {
            Optional<StripedLocks.Held> lock = locks.lockIfFree(stripe);
            if (lock.isPresent()) {
                try (StripedLocks.Held held = lock.get()) {
                    records.deleteLeftover(stripe);
                }
            }
        }
    }

    private interface Change {
        boolean make() throws IOException;
    }

    /** Opens {@code file:path}; a relative path starts at the working folder. Thread-safe. */
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
