package dev.evertoken.internal.store.file;

import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories with copies that only an operator reads, such as damaged records. A copy contains tokens, so it is
 * deleted after 30 days, even if another host disconnects the account.
 *
 * <p>The time at which a copy was set aside is the modification time of its file. Copies are checked when the directory
 * is opened and then once a day, if the directory is used. Thread-safe.
 */
public final class AgedCopies {

    /** How long a copy is kept. */
    public static final Duration KEPT = Duration.ofDays(30);

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final long BETWEEN_PASSES = Duration.ofDays(1).toNanos();

    private final Timekeeper time;
    private final List<Path> folders;
    private final AtomicLong lastPass;

    /** Deletes the copies that are too old. */
    public AgedCopies(Timekeeper time, List<Path> folders) {
        this.time = time;
        this.folders = List.copyOf(folders);
        this.lastPass = new AtomicLong(time.nanos());
        deleteOld();
    }

    /** Sets the time at which a file was set aside to the current time. */
    public void stamp(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.fromMillis(time.millis()));
    }

    /** Deletes the copies that are too old, unless this was done within a day. Failures are logged. */
    public void check() {
        long last = lastPass.get();
        long now = time.nanos();
        if (now - last >= BETWEEN_PASSES && lastPass.compareAndSet(last, now)) {
            deleteOld();
        }
    }

    private void deleteOld() {
        long oldest = time.millis() - KEPT.toMillis();
        for (Path folder : folders) {
            try {
                for (Path file : PrivateFiles.list(folder)) {
                    deleteIfOlder(file, oldest);
                }
            } catch (IOException e) {
                log.warn("{} may contain copies of tokens that are older than {}", folder, KEPT, e);
            }
        }
    }

    private static void deleteIfOlder(Path file, long oldest) throws IOException {
        try {
            if (Files.isRegularFile(file) && Files.getLastModifiedTime(file).toMillis() < oldest) {
                Files.deleteIfExists(file);
                log.info("{} was kept for {} and is deleted", file, KEPT);
            }
        } catch (NoSuchFileException e) {
            log.debug("another process was first to delete {}", file, e);
        }
    }
}
