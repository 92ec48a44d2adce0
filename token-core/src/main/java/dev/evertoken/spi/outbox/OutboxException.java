package dev.evertoken.spi.outbox;

/** Thrown if an outbox cannot be read or written. The outcome of a failed write is unknown. Immutable. */
public class OutboxException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param message a sentence without secrets */
    public OutboxException(String message) {
        super(message);
    }

    /** @param message a sentence without secrets */
    public OutboxException(String message, Throwable cause) {
        super(message, cause);
    }
}
