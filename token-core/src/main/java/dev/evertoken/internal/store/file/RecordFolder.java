package dev.evertoken.internal.store.file;

import dev.evertoken.internal.store.json.RecordFormat;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.store.FileTokenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link FileTokenStore}: one for each record, in one of 256 directories, and one temporary file for
 * each lock, so that a crash leaves at most those behind.
 *
 * <p>A key that is too long for a file name is stored in a second file, written once, so that even a damaged record can
 * be found by its key. Thread-safe if the caller holds the key's lock.
 */
public final class RecordFolder {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final String RECORD = ".json";
    private static final String KEY = ".key";
    private static final String TEMPORARY = ".tmp";

    private static final String CORRUPT = ".corrupt-";

    private final Path records;
    private final Path pending;
    private final Path corrupt;
    private final AgedCopies copies;
    private final FolderSync sync = new FolderSync();

    /** The directories whose creation is known to be on disk. */
    private final Set<Path> durableShards = ConcurrentHashMap.newKeySet();

    private RecordFolder(Path records, Path pending, Path corrupt, List<Path> shards, Timekeeper time) {
        this.records = records;
        this.pending = pending;
        this.corrupt = corrupt;
        this.durableShards.addAll(shards);
        this.copies = new AgedCopies(time, List.of(corrupt));
    }

    /** Opens the directory and deletes copies of unreadable records that are older than {@link AgedCopies#KEPT}. */
    public static RecordFolder in(Path folder, Timekeeper time) throws IOException {
        Path records = PrivateFiles.createFolder(folder.resolve("records"));
        return new RecordFolder(
                records,
                PrivateFiles.createFolder(folder.resolve("pending")),
                PrivateFiles.createFolder(folder.resolve("corrupt")),
                PrivateFiles.list(records),
                time);
    }

    public static int stripe(TokenKey key) {
        return Integer.parseInt(FileNames.hash(key).substring(2, 4), 16) % StripedLocks.STRIPES;
    }

    /**
     * Returns the stored bytes; empty if there is no record.
     *
     * @throws NoSuchFileException if the whole directory is missing; its disk may not be mounted
     */
    public Optional<byte[]> read(TokenKey key) throws IOException {
        Optional<byte[]> content = PrivateFiles.read(record(key), RecordFormat.MAX_BYTES + 1);
        if (content.isEmpty() && !Files.isDirectory(records)) {
            throw new NoSuchFileException(records.toString());
        }
        return content;
    }

    public void write(TokenKey key, byte[] content) throws IOException {
        copies.check();
        Path file = record(key);
        Path shard = file.resolveSibling("");
        requireShard(shard);
        Path temporary = temporary(stripe(key));
        if (FileNames.isHashed(file.getFileName().toString()) && !Files.exists(sibling(file, KEY))) {
            PrivateFiles.move(sibling(file, KEY), KeyFile.encode(key), temporary);
            sync.sync(shard);
        }
        PrivateFiles.move(file, content, temporary);
        sync.sync(shard);
    }

    /** Creates a directory for records; returns after its creation is on disk, whichever thread has created it. */
    private void requireShard(Path shard) throws IOException {
        if (!durableShards.contains(shard) || !Files.isDirectory(shard)) {
            requireFolder();
            PrivateFiles.createFolder(shard);
            sync.sync(records);
            durableShards.add(shard);
        }
    }

    public void delete(TokenKey key) throws IOException {
        Path file = record(key);
        Files.deleteIfExists(file);
        sync.sync(file.resolveSibling(""));
        Files.deleteIfExists(sibling(file, KEY));
    }

    /** Copies the current file of a record to another directory, so that an operator can recover it for some time. */
    public void copyAside(TokenKey key, long millis) throws IOException {
        Path file = record(key);
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path aside = corrupt.resolve(file.getFileName() + CORRUPT + millis + "-" + random);
        Files.copy(file, aside, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        copies.stamp(aside);
        PrivateFiles.sync(aside);
        log.warn("{}: the unreadable record is kept for {} as {}", key, AgedCopies.KEPT, aside);
    }

    /** Deletes copies of earlier, unreadable records of an account, and the file that an interrupted write has left. */
    public void deleteCopies(TokenKey key) throws IOException {
        deleteLeftover(stripe(key));
        String prefix = record(key).getFileName() + CORRUPT;
        for (Path file : PrivateFiles.list(corrupt)) {
            if (file.getFileName().toString().startsWith(prefix)) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * Returns the keys that have a record, reading one directory at a time; ignores files that do not belong to the
     * store.
     */
    public Stream<TokenKey> keys() throws IOException {
        requireFolder();
        return PrivateFiles.list(records).stream().filter(Files::isDirectory).flatMap(this::keysIn);
    }

    /** Returns the stripes whose temporary file may have been left by a crash. */
    public List<Integer> leftovers() throws IOException {
        return PrivateFiles.list(pending).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches("\\d{1,2}\\.tmp"))
                .map(name -> Integer.valueOf(name.substring(0, name.length() - TEMPORARY.length())))
                .filter(stripe -> stripe < StripedLocks.STRIPES)
                .toList();
    }

    public void deleteLeftover(int stripe) throws IOException {
        Files.deleteIfExists(temporary(stripe));
    }

    /** Returns the temporary file for writes under the lock of a stripe. */
    Path temporary(int stripe) {
        return pending.resolve(stripe + TEMPORARY);
    }

    private Stream<TokenKey> keysIn(Path shard) {
        try {
            return PrivateFiles.list(shard).stream()
                    .filter(file -> file.getFileName().toString().endsWith(RECORD))
                    .flatMap(file -> keyOf(file).stream());
        } catch (IOException e) {
            throw FileErrors.about("the keys cannot be read", e).build();
        }
    }

    private Optional<TokenKey> keyOf(Path file) {
        String name = file.getFileName().toString();
        String base = name.substring(0, name.length() - RECORD.length());
        Optional<TokenKey> key = FileNames.key(base).or(() -> KeyFile.read(sibling(file, KEY)));
        if (key.isEmpty() || !record(key.get()).equals(file)) {
            log.warn("{} is not a record of this store and is ignored", file);
            return Optional.empty();
        }
        return key;
    }

    private Path record(TokenKey key) {
        return records.resolve(FileNames.hash(key).substring(0, 2)).resolve(FileNames.of(key) + RECORD);
    }

    private static Path sibling(Path record, String ending) {
        String name = record.getFileName().toString();
        return record.resolveSibling(name.substring(0, name.length() - RECORD.length()) + ending);
    }

    private void requireFolder() throws NoSuchFileException {
        if (!Files.isDirectory(records)) {
            throw new NoSuchFileException(records.toString());
        }
    }
}
