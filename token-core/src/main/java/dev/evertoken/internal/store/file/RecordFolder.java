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
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of a {@link FileTokenStore}: one for each record, in one of 256 directories. A write uses a temporary file in
 * the directory of the record, one for each lock and directory, so a crash leaves at most one for each write in progress.
 * Earlier versions of this library wrote them to the directory {@code pending}.
 *
 * <p>A key that is too long for a file name is stored in a second file, written once, so that even a damaged record can
 * be found by its key. Thread-safe if the caller holds the key's lock.
 */
public final class RecordFolder {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final Pattern LEFTOVER = Pattern.compile("(\\d{1,2})\\" + RecordPlace.TEMPORARY);
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
        return RecordPlace.stripe(FileNames.hash(key));
    }

    /** Returns the files of an account, which need not exist. */
    public RecordPlace place(TokenKey key) {
        return RecordPlace.in(records, key);
    }

    /**
     * Returns the stored bytes; empty if there is no record.
     *
     * @throws NoSuchFileException if the whole directory is missing; its disk may not be mounted
     */
    public Optional<byte[]> read(RecordPlace place) throws IOException {
        Optional<byte[]> content = PrivateFiles.read(place.file(), RecordFormat.MAX_BYTES + 1);
        if (content.isEmpty() && !Files.isDirectory(records)) {
            throw new NoSuchFileException(records.toString());
        }
        return content;
    }

    /**
     * Returns whether something may be where the record belongs, at less cost than reading it: false only if the file
     * system has confirmed that there is nothing, not even a link.
     */
    public boolean mayExist(RecordPlace place) {
        return !Files.notExists(place.file(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Replaces the record of an account; returns after it is on disk. */
    public void write(RecordPlace place, byte[] content) throws IOException {
        copies.check();
        Path shard = place.shard();
        if (!durableShards.contains(shard)) {
            createShard(shard);
        }
        try {
            writeIn(shard, place, content);
        } catch (NoSuchFileException e) {
            createShard(shard); // it was removed since it was created
            writeIn(shard, place, content);
        }
    }

    private void writeIn(Path shard, RecordPlace place, byte[] content) throws IOException {
        if (place.isHashed() && !Files.exists(place.keyFile())) {
            PrivateFiles.move(place.keyFile(), KeyFile.encode(place.key()), place.temporary());
            sync.sync(shard);
        }
        PrivateFiles.move(place.file(), content, place.temporary());
        sync.sync(shard);
    }

    /** Creates a directory for records; returns after its creation is on disk, whichever thread has created it. */
    private void createShard(Path shard) throws IOException {
        requireFolder();
        PrivateFiles.createFolder(shard);
        sync.sync(records);
        durableShards.add(shard);
    }

    public void delete(RecordPlace place) throws IOException {
        Files.deleteIfExists(place.file());
        sync.sync(place.shard());
        Files.deleteIfExists(place.keyFile());
    }

    /** Copies the current file of a record to another directory, so that an operator can recover it for some time. */
    public void copyAside(RecordPlace place, long millis) throws IOException {
        Path file = place.file();
        String random = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Path aside = corrupt.resolve(file.getFileName() + CORRUPT + millis + "-" + random);
        Files.copy(file, aside, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        copies.stamp(aside);
        PrivateFiles.sync(aside);
        log.warn("{}: the unreadable record is kept for {} as {}", place.key(), AgedCopies.KEPT, aside);
    }

    /** Deletes copies of earlier, unreadable records of an account, and the file that an interrupted write has left. */
    public void deleteCopies(RecordPlace place) throws IOException {
        Files.deleteIfExists(place.temporary());
        Files.deleteIfExists(pending(place.stripe()));
        String prefix = place.file().getFileName() + CORRUPT;
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

    /**
     * A temporary file that a crash may have left, unless a write is in progress. Immutable.
     *
     * @param stripe the number of the lock that excludes the write
     */
    public record Leftover(int stripe, Path file) {

        /** Deletes the file; the caller holds the lock. */
        public void delete() throws IOException {
            Files.deleteIfExists(file);
        }
    }

    /** Returns the temporary files that may have been left by a crash of this version or an earlier one. */
    public List<Leftover> leftovers() throws IOException {
        List<Leftover> all = new ArrayList<>();
        addLeftovers(pending, all);
        for (Path shard : PrivateFiles.list(records)) {
            addLeftovers(shard, all);
        }
        return all;
    }

    private static void addLeftovers(Path folder, List<Leftover> all) throws IOException {
        try {
            for (Path file : PrivateFiles.list(folder)) {
                Matcher name = LEFTOVER.matcher(file.getFileName().toString());
                if (name.matches() && Integer.parseInt(name.group(1)) < StripedLocks.STRIPES) {
                    all.add(new Leftover(Integer.parseInt(name.group(1)), file));
                }
            }
        } catch (NotDirectoryException | NoSuchFileException e) {
            log.trace("{} has no records", folder);
        }
    }

    /** Returns the temporary file for writes to the directory of the store under the lock of a stripe. */
    Path pending(int stripe) {
        return pending.resolve(stripe + RecordPlace.TEMPORARY);
    }

    private Stream<TokenKey> keysIn(Path shard) {
        try {
            return PrivateFiles.list(shard).stream()
                    .filter(file -> file.getFileName().toString().endsWith(RecordPlace.RECORD))
                    .flatMap(file -> keyOf(file).stream());
        } catch (IOException e) {
            throw FileErrors.about("the keys cannot be read", e).build();
        }
    }

    private Optional<TokenKey> keyOf(Path file) {
        String name = file.getFileName().toString();
        String base = name.substring(0, name.length() - RecordPlace.RECORD.length());
        Optional<TokenKey> key = FileNames.key(base).or(() -> KeyFile.read(RecordPlace.keyFileOf(file)));
        if (key.isEmpty() || !place(key.get()).file().equals(file)) {
            log.warn("{} is not a record of this store and is ignored", file);
            return Optional.empty();
        }
        return key;
    }

    private void requireFolder() throws NoSuchFileException {
        if (!Files.isDirectory(records)) {
            throw new NoSuchFileException(records.toString());
        }
    }
}
