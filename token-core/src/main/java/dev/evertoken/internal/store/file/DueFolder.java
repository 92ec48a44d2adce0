package dev.evertoken.internal.store.file;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.model.TokenKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The due accounts of a file store: a file for each, in a directory for each minute. The path of a file is its
 * account's registration, the time, and the name of the record, so the files are found in order without reading any.
 *
 * <p>The files are hints: they are not forced to disk, and a failure to write one is ignored. The record takes
 * precedence, and {@link #repair} corrects what differs. Thread-safe if the caller of {@link #move} and {@link #repair}
 * holds the key's lock.
 */
public final class DueFolder {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final HexFormat HEX = HexFormat.of();
    private static final long MINUTE = 60_000;
    private static final long DAY = 24 * 60 * MINUTE;
    private static final int DIGITS = 16;
    private static final int MOST_TRIES = 5;

    /** Not the name of a registration, because those have no period. */
    private static final String EMPTY = ".empty";

    private final Path folder;
    private final EmptyFiles links;

    private DueFolder(Path folder) {
        this.folder = folder;
        this.links = new EmptyFiles(folder.resolve(EMPTY));
    }

    /** Returns the hints in a directory, which is created with the first of them. */
    public static DueFolder in(Path folder) {
        return new DueFolder(folder.resolve("due"));
    }

    // ---- writing

    /** Moves the hint of an account after its record was written; never fails. */
    public void move(TokenKey key, Optional<Instant> from, Optional<Instant> to) {
        if (from.equals(to)) {
            return;
        }
        try {
            if (from.isPresent() && to.isPresent()) {
                rename(file(key, from.get()), file(key, to.get()), key);
            } else if (to.isPresent()) {
                create(file(key, to.get()), key);
            } else if (from.isPresent()) {
                delete(file(key, from.get()));
            }
        } catch (IOException e) {
            log.debug("{}: its place among the due accounts is written by the next audit", key, e);
        }
    }

    /**
     * Makes the hints of an account agree with its record: writes a missing one, or searches for outdated ones if none
     * is missing.
     */
    public void repair(TokenKey key, Optional<Instant> dueAt) throws IOException {
        if (dueAt.isPresent() && !has(key, dueAt.get())) {
            create(file(key, dueAt.get()), key);
            return;
        }
        Optional<Path> right = dueAt.map(at -> file(key, at));
        for (DueFiles all = files(key.registration(), Optional.empty()); all.hasNext(); ) {
            Path one = all.next();
            if (nameOf(one).equals(FileNames.of(key)) && !right.equals(Optional.of(one))) {
                delete(one);
            }
        }
    }

    /** Returns whether an account has the hint that its record requires. */
    public boolean has(TokenKey key, Instant dueAt) {
        return Files.exists(file(key, dueAt));
    }

    private void create(Path file, TokenKey key) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                write(file, key);
                return;
            } catch (NoSuchFileException e) {
                if (tries == MOST_TRIES) { // other threads keep deleting the directory, because it is empty
                    throw e;
                }
                PrivateFiles.createFolder(file.resolveSibling(""));
            }
        }
    }

    /** Renames a hint; creates it if the earlier one or its new directory does not exist. */
    private void rename(Path from, Path to, TokenKey key) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            create(to, key);
        }
        delete(from); // its directories; and the hint itself, which a renaming over a link of the same file leaves
    }

    private void write(Path file, TokenKey key) throws IOException {
        if (FileNames.isHashed(nameOf(file))) {
            write(file, KeyFile.encode(key));
        } else {
            links.create(file);
        }
    }

    /** Writes a file that is not forced to disk. */
    static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = PrivateFiles.channel(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }

    /** Deletes a hint, and its directories if they are empty. */
    private static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        Path minute = file.resolveSibling("");
        try {
            if (Files.deleteIfExists(minute)) {
                boolean unused = Files.deleteIfExists(minute.resolveSibling(""));
            }
        } catch (DirectoryNotEmptyException e) {
            log.trace("{} has further accounts", minute);
        }
    }

    // ---- reading

    /**
     * Returns the accounts that are due before {@code before}, the earliest first.
     *
     * @param after the place of the last account of the previous page
     */
    public List<TokenKey> due(String registration, Instant before, Optional<Path> after, int limit) throws IOException {
        String end = digits(millis(before));
        List<TokenKey> page = new ArrayList<>();
        DueFiles all = files(registration, after);
        while (page.size() < limit && all.hasNext()) {
            Path file = all.next();
            if (timeOf(file).compareTo(end) >= 0) {
                break;
            }
            keyOf(file).filter(key -> key.registration().equals(registration)).ifPresent(page::add);
        }
        return page;
    }

    /** Returns when the earliest account is due; empty if none is. */
    public Optional<Instant> oldest(String registration) throws IOException {
        DueFiles all = files(registration, Optional.empty());
        return all.hasNext()
                ? Optional.of(Instant.ofEpochMilli(HexFormat.fromHexDigitsToLong(timeOf(all.next())) ^ Long.MIN_VALUE))
                : Optional.empty();
    }

    /** Returns the place of an account that is due at a given time. */
    public Path file(TokenKey key, Instant dueAt) {
        long at = millis(dueAt);
        return folderOf(key.registration())
                .resolve(digits(Math.floorDiv(at, DAY)))
                .resolve(digits(Math.floorDiv(at, MINUTE)))
                .resolve(digits(at) + FileNames.of(key));
    }

    /** Returns the place of an account whose record cannot be read. */
    public Optional<Path> find(TokenKey key) throws IOException {
        String name = FileNames.of(key);
        for (DueFiles all = files(key.registration(), Optional.empty()); all.hasNext(); ) {
            Path file = all.next();
            if (nameOf(file).equals(name)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private Path folderOf(String registration) {
        return folder.resolve(FileNames.of(registration));
    }

    /** Returns the files of a registration in order, after one of them if it is given. */
    private DueFiles files(String registration, Optional<Path> after) throws IOException {
        return new DueFiles(sorted(folderOf(registration)), after);
    }

    /**
     * The files in the directories of some days, in order. A directory is read when its first file is requested, so
     * those that are due later cost nothing. Not thread-safe.
     */
    private static final class DueFiles {
        private final Optional<Path> after;
        private final Optional<Path> minute;
        private final Iterator<Path> days;
        private Iterator<Path> minutes = List.<Path>of().iterator();
        private Iterator<Path> files = List.<Path>of().iterator();

        DueFiles(List<Path> days, Optional<Path> after) {
            this.after = after;
            this.minute = after.map(file -> file.resolveSibling(""));
            this.days = from(minute.map(folder -> folder.resolveSibling("")), days);
        }

        boolean hasNext() throws IOException {
            while (!files.hasNext()) {
                if (minutes.hasNext()) {
                    files = filesIn(minutes.next());
                } else if (days.hasNext()) {
                    minutes = from(minute, sorted(days.next()));
                } else {
                    return false;
                }
            }
            return true;
        }

        Path next() throws IOException {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return files.next();
        }

        private static Iterator<Path> from(Optional<Path> first, List<Path> folders) {
            return folders.stream()
                    .filter(one -> first.isEmpty() || name(one).compareTo(name(first.get())) >= 0)
                    .iterator();
        }

        private Iterator<Path> filesIn(Path folder) throws IOException {
            boolean isFirst = minute.equals(Optional.of(folder));
            return sorted(folder).stream()
                    .filter(one -> !isFirst || name(one).compareTo(name(after.orElseThrow())) > 0)
                    .filter(one -> name(one).length() > DIGITS)
                    .iterator();
        }
    }

    private static List<Path> sorted(Path directory) throws IOException {
        try {
            return PrivateFiles.list(directory).stream().sorted().toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
    }

    private static Optional<TokenKey> keyOf(Path file) {
        String name = nameOf(file);
        return FileNames.isHashed(name) ? KeyFile.read(file) : FileNames.key(name);
    }

    private static String timeOf(Path file) {
        return name(file).substring(0, DIGITS);
    }

    private static String nameOf(Path file) {
        return name(file).substring(DIGITS);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static long millis(Instant moment) {
        try {
            return moment.toEpochMilli();
        } catch (ArithmeticException e) {
            return moment.isBefore(Instant.EPOCH) ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    /** Returns digits whose alphabetical order is the order of the numbers. */
    private static String digits(long number) {
        return HEX.toHexDigits(number ^ Long.MIN_VALUE);
    }
}
