package dev.evertoken.internal.store.journal;

import dev.evertoken.internal.store.file.PrivateFiles;
import dev.evertoken.internal.store.file.ProcessNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identifies this process as the owner of segments and unfinished files in a journal by a random id. The owner counts as
 * running while its lock file is locked, and the operating system releases that lock when the process ends. Process ids
 * are not sufficient: containers that share a directory may each have a process 1.
 *
 * <p>Each copy of this library in a process is an owner of its own. The system also releases the lock when the process
 * closes any channel of the lock file, so no copy opens the lock file of another copy, whose id is in {@link
 * ProcessNames}. Thread-safe.
 *
 * @param id 16 hexadecimal digits
 * @param channel open, and therefore locked, until this process ends
 */
record JournalOwner(String id, Path folder, FileChannel channel) {

    private static final String LOCK = ".lock";
    private static final ConcurrentMap<Path, JournalOwner> OF_THIS_COPY = new ConcurrentHashMap<>();

    /**
     * Returns the only owner of this copy of the library in a directory.
     *
     * @param folder the real path of the directory
     */
    static JournalOwner in(Path folder) throws IOException {
        JournalOwner known = OF_THIS_COPY.get(folder);
        if (known != null && Files.exists(known.lockFile(known.id))) {
            return known;
        }
        JournalOwner mine = create(folder);
        boolean first = known == null
                ? OF_THIS_COPY.putIfAbsent(folder, mine) == null
                : OF_THIS_COPY.replace(folder, known, mine);
        if (first) {
            return mine;
        }
        mine.channel.close();
        Files.deleteIfExists(mine.lockFile(mine.id));
        ProcessNames.remove(name(mine.id));
        return in(folder);
    }

    /**
     * Locks the file under a temporary name first, so that other processes and copies never find the file of a running
     * owner unlocked or without its name.
     */
    private static JournalOwner create(Path folder) throws IOException {
        String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
        Path unlocked = folder.resolve(id + ".new");
        FileChannel channel = PrivateFiles.channel(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            throw new IOException(folder + " does not support file locks");
        }
        JournalOwner owner = new JournalOwner(id, folder, channel);
        ProcessNames.add(name(id));
        Files.move(unlocked, owner.lockFile(id), StandardCopyOption.ATOMIC_MOVE);
        return owner;
    }

    /**
     * Returns whether a process that may still finish its files is running; deletes the lock file of one that is not.
     */
    boolean isAlive(String ownerId) throws IOException {
        if (ownerId.equals(id)) {
            return true;
        }
        Path file = lockFile(ownerId);
        if (ProcessNames.contains(name(ownerId))) {
            return Files.exists(file); // otherwise another process has found that its copy was unloaded
        }
        try (FileChannel other = PrivateFiles.channel(file, StandardOpenOption.WRITE)) {
            if (other.tryLock() == null) {
                return true;
            }
            Files.deleteIfExists(file);
            return false;
        } catch (NoSuchFileException e) {
            return false;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    /** Deletes the lock files of processes that have ended. */
    void forgetTheDead() throws IOException {
        for (Path file : PrivateFiles.list(folder)) {
            String name = file.getFileName().toString();
            if (name.endsWith(LOCK)) {
                isAlive(name.substring(0, name.length() - LOCK.length()));
            }
        }
    }

    private static String name(String ownerId) {
        return "journal-owner-" + ownerId;
    }

    private Path lockFile(String ownerId) {
        return folder.resolve(ownerId + LOCK);
    }
}
