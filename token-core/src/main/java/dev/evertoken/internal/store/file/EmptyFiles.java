package dev.evertoken.internal.store.file;

import dev.evertoken.model.LoggerNames;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates files whose names are all that matters, as hard links of one empty file: a link costs a file system less than
 * a file. Where no link can be created, it is an ordinary file. Thread-safe.
 */
final class EmptyFiles {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.STORE);
    private static final byte[] NOTHING = {};

    private final Path source;

    /** Whether the file system is expected to have links. */
    private volatile boolean linking = true;

    /** @param source the file to link, which is created when it is needed */
    EmptyFiles(Path source) {
        this.source = source;
    }

    /**
     * Creates a file; does nothing if it exists.
     *
     * @throws NoSuchFileException if its directory does not exist
     */
    void create(Path file) throws IOException {
        if (linking && isLinked(file)) {
            return;
        }
        DueFolder.write(file, NOTHING);
        if (linking) {
            offer(file);
        }
    }

    private boolean isLinked(Path file) {
        try {
            Files.createLink(file, source);
            return true;
        } catch (FileAlreadyExistsException e) {
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            log.trace("{} cannot be a link", file, e); // a file system limits the links of one file
            return false;
        }
    }

    /** Makes a new file the one that is linked from now on. */
    private void offer(Path file) {
        try {
            Files.deleteIfExists(source);
            Files.createLink(source, file);
        } catch (FileAlreadyExistsException | NoSuchFileException e) {
            log.trace("another thread was first", e);
        } catch (IOException | UnsupportedOperationException e) {
            linking = false;
            log.debug("{} cannot be linked; the next files are ordinary ones", source, e);
        }
    }
}
