package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Operations on files and directories that are accessible to their owner only, from their creation on, and that contain
 * either the old or the new content after a power failure. If a file system has no owner permissions, its inherited
 * rules apply. A link in place of a file is never followed, and a file of another user is not read, see {@link
 * FileOwners}. Thread-safe.
 */
public final class PrivateFiles {

    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?>[] NONE = {};
    private static final FileAttribute<?>[] FOLDER = {PosixFilePermissions.asFileAttribute(OWNER_FOLDER)};
    private static final FileAttribute<?>[] FILE = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
    };
    private static final Set<OpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private PrivateFiles() {}

    /**
     * Returns the real path of a directory that is suitable for secrets; creates the directory if it does not exist.
     *
     * @throws IOException if the directory is not suitable; the message states the cause and the remedy
     */
    public static Path openFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            createFolder(folder);
        }
        Path real = folder.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new IOException(real + " is not a directory");
        }
        String type = Files.getFileStore(real).type();
        if (NetworkFileSystems.include(type)) {
            throw new IOException(real + " is on a file system of type " + type
                    + ", where locks do not work reliably across hosts; choose a directory on a local disk");
        }
        if (othersMayEnter(real)) {
            throw new IOException(real + " is accessible to other users; run: chmod 700 " + real);
        }
        if (!Files.isWritable(real)) {
            throw new IOException(
                    real + " cannot be written by this user; check its owner and whether its disk is read-only");
        }
        checkOwner(real);
        return real;
    }

    private static void checkOwner(Path folder) throws IOException {
        Path created = Files.createTempFile(folder, ".owner-", ".tmp", attributes(folder, FILE));
        try {
            FileOwners.system().checkFolder(folder, created);
        } finally {
            Files.deleteIfExists(created);
        }
    }

    /** Returns whether another user than the owner has a right on a directory. */
    static boolean othersMayEnter(Path folder) throws IOException {
        if (!hasOwnerRights(folder)) {
            return false;
        }
        Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
        others.removeAll(OWNER_FOLDER);
        return !others.isEmpty();
    }

    /** Creates a directory and its parents; does nothing if it exists. */
    public static Path createFolder(Path folder) throws IOException {
        Files.createDirectories(folder, attributes(folder, FOLDER));
        return folder;
    }

    /**
     * Opens a file; if that creates the file, it is accessible to its owner only.
     *
     * @throws IOException if it is a link
     */
    public static FileChannel channel(Path file, OpenOption... options) throws IOException {
        Set<OpenOption> all = new HashSet<>(List.of(options));
        all.add(LinkOption.NOFOLLOW_LINKS);
        if (!hasOwnerRights(file)) {
            FileOwners.checkLink(file); // such systems may open the link itself
        }
        try {
            return FileChannel.open(file, all, attributes(file, FILE));
        } catch (IOException e) {
            FileOwners.checkLink(file); // its message has the remedy
            throw e;
        }
    }

    /**
     * Checks a file before it is opened for reading.
     *
     * @throws IOException if it is a link, or belongs to another user than its directory, or does not exist
     */
    public static void check(Path file) throws IOException {
        FileOwners.system().checkFile(file);
    }

    /**
     * Returns the content of a file, truncated to {@code most} bytes; empty if the file does not exist.
     *
     * @throws IOException also if it is a link, or belongs to another user than its directory
     */
    public static Optional<byte[]> read(Path file, int most) throws IOException {
        try {
            FileOwners.system().checkFile(file);
            return Optional.of(Uninterruptibly.get(new Reading(file, most)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** A named operation, as the others of a first refresh: a class loads faster than a lambda. */
    private record Reading(Path file, int most) implements Uninterruptibly.Operation<byte[]> {
        @Override
        public byte[] run() throws IOException {
            try (InputStream content = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                return content.readNBytes(most);
            }
        }
    }

    /** Returns the files that are in a directory now, in no particular order. */
    public static List<Path> list(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path file : entries) {
                files.add(file);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return Collections.unmodifiableList(files);
    }

    /** Replaces the content of a file atomically; the new content survives a power failure. */
    public static void replace(Path file, byte[] content, Path temporary) throws IOException {
        move(file, content, temporary);
        syncFolderOf(file);
    }

    /**
     * Replaces the content of a file atomically; it survives a power failure once the directory is forced to disk. Only a
     * crash leaves the temporary file.
     */
    static void move(Path file, byte[] content, Path temporary) throws IOException {
        try {
            writeNew(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
    }

    private static void writeNew(Path file, byte[] content) throws IOException {
        Uninterruptibly.get(new WritingNew(file, content));
    }

    private static final class WritingNew implements Uninterruptibly.Operation<Path> {
        private final Path file;
        private final byte[] content;

        WritingNew(Path file, byte[] content) {
            this.file = file;
            this.content = content;
        }

        @Override
        public Path run() throws IOException {
            try (FileChannel channel = newFile(file)) {
                writeAll(channel, content);
                channel.force(true);
                return file;
            }
        }
    }

    private static void discard(Path temporary, IOException failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Creates a file; one that a crash, an interrupt or another user has left in its place is deleted, not written. */
    private static FileChannel newFile(Path file) throws IOException {
        try {
            return FileChannel.open(file, NEW_FILE, attributes(file, FILE));
        } catch (FileAlreadyExistsException e) {
            Files.deleteIfExists(file);
            return FileChannel.open(file, NEW_FILE, attributes(file, FILE));
        }
    }

    /** Writes the whole content of a file and forces it to disk. */
    public static void write(Path file, byte[] content, OpenOption option) throws IOException {
        Uninterruptibly.get(() -> {
            try (FileChannel channel = channel(file, StandardOpenOption.WRITE, option)) {
                writeAll(channel, content);
                if (channel.size() > content.length) {
                    channel.truncate(content.length);
                }
                channel.force(true);
                return file;
            }
        });
    }

    private static void writeAll(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(content);
        while (rest.hasRemaining()) {
            channel.write(rest);
        }
    }

    /** Forces a file that was written by other means to disk. */
    static void sync(Path file) throws IOException {
        force(file, StandardOpenOption.WRITE);
        syncFolderOf(file);
    }

    /** Forces the creation, renaming or deletion of files in the directory of this file to disk. */
    public static void syncFolderOf(Path file) throws IOException {
        syncFolder(file.resolveSibling(""));
    }

    /** Forces the creation, renaming or deletion of files in a directory to disk. */
    static void syncFolder(Path folder) throws IOException {
        if (!hasOwnerRights(folder)) {
            return; // such systems cannot open a directory, and order its changes themselves
        }
        force(folder, StandardOpenOption.READ);
    }

    private static void force(Path path, OpenOption option) throws IOException {
        Uninterruptibly.get(new Forcing(path, option));
    }

    private record Forcing(Path path, OpenOption option) implements Uninterruptibly.Operation<Path> {
        @Override
        public Path run() throws IOException {
            try (FileChannel channel = FileChannel.open(path, option)) {
                channel.force(true);
                return path;
            }
        }
    }

    /** Returns a failure as one sentence: some exceptions have only a path as their message. */
    public static String sentence(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + " cannot be accessed by this user";
        }
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + " does not exist";
        }
        if (e instanceof FileSystemException other && other.getReason() == null) {
            return other.getFile() + ": " + e.getClass().getSimpleName();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static FileAttribute<?>[] attributes(Path path, FileAttribute<?>[] rights) {
        return hasOwnerRights(path) ? rights : NONE;
    }

    private static boolean hasOwnerRights(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
