package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Files and folders of the owner alone, from their creation on, and written so that a power cut leaves the
 * old or the new content. Where a file system knows no owner rights, its inherited rules hold. Stateless.
 */
public final class PrivateFiles {

    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

    private PrivateFiles() {}

    /**
     * Returns the real path of a folder that is fit to keep secrets, created if it is not there.
     *
     * @throws IOException whose message says what is wrong with it and what to do
     */
    public static Path openFolder(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            createFolder(folder);
        }
        Path real = folder.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new IOException(real + " is not a folder");
        }
        String type = Files.getFileStore(real).type();
        if (NetworkFileSystems.include(type)) {
            throw new IOException(real + " is on a file system of type " + type
                    + ", where locks do not reliably reach other hosts; choose a folder on a local disk");
        }
        if (othersMayEnter(real)) {
            throw new IOException(real + " is open to other users; run: chmod 700 " + real);
        }
        if (!Files.isWritable(real)) {
            throw new IOException(
                    real + " cannot be written by this user; check its owner and whether its disk is read-only");
        }
        return real;
    }

    private static boolean othersMayEnter(Path folder) throws IOException {
        if (!hasOwnerRights(folder)) {
            return false;
        }
        Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(folder));
        others.removeAll(OWNER_FOLDER);
        return !others.isEmpty();
    }

    /** Creates a folder and those above it; does nothing if it is there. */
    public static Path createFolder(Path folder) throws IOException {
        Files.createDirectories(folder, attributes(folder, OWNER_FOLDER));
        return folder;
    }

    /** Opens a file, giving it to the owner alone if that creates it. */
    public static FileChannel channel(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.copyOf(List.of(options)), attributes(file, OWNER_FILE));
    }

    /** Returns the content, cut off behind {@code most} bytes; empty if there is no file. */
    public static Optional<byte[]> read(Path file, int most) throws IOException {
        try {
            return Optional.of(Uninterruptibly.get(() -> {
                try (InputStream content = Files.newInputStream(file)) {
                    return content.readNBytes(most);
                }
            }));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Returns what is in a folder now, in no order. */
    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Puts the content in place in one step that survives a power cut. */
    public static void replace(Path file, byte[] content, Path temporary) throws IOException {
        Files.deleteIfExists(temporary);
        write(temporary, content, StandardOpenOption.CREATE);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolderOf(file);
    }

    /** Makes this the whole content of the file, on the disk when it returns. */
    public static void write(Path file, byte[] content, OpenOption option) throws IOException {
        Uninterruptibly.get(() -> {
            try (FileChannel channel = channel(file, StandardOpenOption.WRITE, option)) {
                ByteBuffer rest = ByteBuffer.wrap(content);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.truncate(content.length);
                channel.force(true);
                return file;
            }
        });
    }

    /** Brings a file that was written by other means to the disk. */
    static void sync(Path file) throws IOException {
        force(file, StandardOpenOption.WRITE);
        syncFolderOf(file);
    }

    /** Brings what was created, renamed or deleted beside this file to the disk. */
    public static void syncFolderOf(Path file) throws IOException {
        Path folder = file.resolveSibling("");
        if (!hasOwnerRights(folder)) {
            return; // such systems do not let a folder be opened, and order its changes themselves
        }
        force(folder, StandardOpenOption.READ);
    }

    private static void force(Path path, OpenOption option) throws IOException {
        Uninterruptibly.get(() -> {
            try (FileChannel channel = FileChannel.open(path, option)) {
                channel.force(true);
                return path;
            }
        });
    }

    /** Returns a failure as one sentence: some exceptions have nothing but a path as their message. */
    public static String sentence(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return denied.getFile() + " may not be accessed by this user";
        }
        if (e instanceof NoSuchFileException missing) {
            return missing.getFile() + " is not there";
        }
        if (e instanceof FileSystemException other && other.getReason() == null) {
            return other.getFile() + ": " + e.getClass().getSimpleName();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> rights) {
        return hasOwnerRights(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(rights)}
                : new FileAttribute<?>[0];
    }

    private static boolean hasOwnerRights(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
