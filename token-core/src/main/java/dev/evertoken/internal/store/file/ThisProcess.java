package dev.evertoken.internal.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process. Thread-safe. */
public final class ThisProcess {

    private static final Path LINK = Path.of("/proc/self");

    private ThisProcess() {}

    /**
     * Returns the id of this process, for names and messages: where {@code /proc} is that of another container, it is
     * the id there. Linux tells it without {@link ProcessHandle}, which would start its threads and link its lambdas.
     */
    public static String id() {
        try {
            return Files.readSymbolicLink(LINK).toString();
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            return Long.toString(ProcessHandle.current().pid());
        }
    }
}
