package dev.evertoken.internal.store.file;

import java.io.IOException;

/**
 * Thrown if a file or directory is not safe for secrets, such as a link or one of another user. The message names it
 * and says what to do.
 */
final class RefusedFileException extends IOException {

    private static final long serialVersionUID = 1L;

    RefusedFileException(String message) {
        super(message);
    }
}
