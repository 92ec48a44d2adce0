package dev.evertoken.doctor.cli;

/** A command line or a setting that cannot be used; the message says what to correct. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    UsageException(String message, Throwable cause) {
        super(message, cause);
    }
}
