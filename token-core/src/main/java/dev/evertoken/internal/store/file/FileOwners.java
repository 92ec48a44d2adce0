package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Refuses links, and files and directories of other users, where this library keeps secrets.
 *
 * <p>A directory must belong to the same user as a file that this process has just created in it. This also works in
 * containers that map user ids. Files and directories of root are accepted, because volumes are mounted by root, and
 * root can read and write everything anyway. File systems without user ids are not checked: their access rules apply.
 * Thread-safe.
 */
final class FileOwners {

    private static final FileOwners SYSTEM = new FileOwners(new SystemLookup());
    private static final int ROOT = 0;
    private static final int TYPE = 0170000;
    private static final int LINK = 0120000;

    private final Lookup lookup;

    FileOwners(Lookup lookup) {
        this.lookup = lookup;
    }

    static FileOwners system() {
        return SYSTEM;
    }

    /** The owner of a file, and whether it is a link. Immutable. */
    record Inode(int uid, boolean isLink) {}

    /** Reads the owner of a file itself, not of the target of a link. */
    interface Lookup {
        Inode inode(Path file) throws IOException;

        String name(Path file) throws IOException;
    }

    /**
     * Checks the directory that a user has chosen.
     *
     * @param folder its real path
     * @param created a file that this process has just created in it
     * @throws RefusedFileException if the directory belongs to another user
     */
    void checkFolder(Path folder, Path created) throws IOException {
        if (isOfAnother(folder, created)) {
            String user = lookup.name(created);
            throw new RefusedFileException(
                    folder + " belongs to the user " + lookup.name(folder) + ", but this process runs as " + user
                            + "; choose another directory, or run: chown -R " + user + " " + folder);
        }
    }

    /**
     * Checks a file before it is read.
     *
     * @throws RefusedFileException if it is a link, or belongs to another user than its directory
     * @throws java.nio.file.NoSuchFileException if it does not exist; not on every file system
     */
    void checkFile(Path file) throws IOException {
        if (!hasUids(file)) {
            checkLink(file);
            return;
        }
        Inode inode = lookup.inode(file);
        if (inode.isLink()) {
            throw link(file);
        }
        Path folder = file.resolveSibling("");
        if (inode.uid() != ROOT && inode.uid() != lookup.inode(folder).uid()) {
            throw new RefusedFileException(file + " belongs to the user " + lookup.name(file)
                    + ", but its directory to " + lookup.name(folder)
                    + "; remove it, or change its owner if you trust its content");
        }
    }

    /** @throws RefusedFileException if the file is a link */
    static void checkLink(Path file) throws RefusedFileException {
        if (Files.isSymbolicLink(file)) {
            throw link(file);
        }
    }

    private static RefusedFileException link(Path file) {
        return new RefusedFileException(
                file + " is a link, which is not followed; replace it by the file itself, or remove it");
    }

    private boolean isOfAnother(Path file, Path ours) throws IOException {
        if (!hasUids(file)) {
            return false;
        }
        int owner = lookup.inode(file).uid();
        return owner != ROOT && owner != lookup.inode(ours).uid();
    }

    private static boolean hasUids(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix");
    }

    /** The user ids of the file system; names are only looked up for messages, because that may take a network call. */
    private static final class SystemLookup implements Lookup {

        @Override
        public Inode inode(Path file) throws IOException {
            Map<String, Object> inode = Files.readAttributes(file, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            return new Inode(number(inode, "uid"), (number(inode, "mode") & TYPE) == LINK);
        }

        private static int number(Map<String, Object> inode, String name) {
            return (int) Objects.requireNonNull(inode.get(name), name);
        }

        @Override
        public String name(Path file) throws IOException {
            return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).getName();
        }
    }
}
