package dev.evertoken.internal.store.file;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.Locale;

/**
 * Converts a failed file operation to the exception of a store; a failure for which waiting does not help counts as
 * rejected. Thread-safe.
 */
public final class FileErrors {

    private FileErrors() {}

    /** @param failure the failure in a few words, without a period */
    public static TokenException.Builder about(String failure, IOException e) {
        boolean refused = e instanceof AccessDeniedException || isOutOfSpace(e);
        return TokenException.about(refused ? Problem.STORE_REFUSED : Problem.STORE_UNAVAILABLE)
                .detail(failure + ": " + PrivateFiles.sentence(e))
                .cause(e);
    }

    private static boolean isOutOfSpace(IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left")
                || message.contains("quota exceeded")
                || message.contains("read-only file system");
    }
}
