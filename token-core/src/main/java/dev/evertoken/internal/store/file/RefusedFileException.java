package dev.evertoken.internal.store.file;

import java.io.IOException;

/**
 * Thrown if a file or directory is not safe for secrets, such as a link or a file of another user. The message names
 * the file and states the remedy.
 */
final class RefusedFileException extends IOException {

    private static final long serialVersionUID = 1L;

    RefusedFileException(String message) {
        super(message);
    }
}
