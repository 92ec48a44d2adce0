package dev.evertoken.imports;

/**
 * Thrown for content that is not a token file or row of the expected format. The message is one sentence that names the
 * format and the member, never a value. Immutable except for the state of {@link Throwable}.
 */
public final class TokenFileException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    TokenFileException(String message) {
        super(message);
    }
}
