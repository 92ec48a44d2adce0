package dev.evertoken.internal.json;

/**
 * Thrown for a text that is not JSON or exceeds the limits of its parser. The message continues a sentence such as "the
 * record" and never quotes the text. Immutable except for the state of {@link Throwable}.
 */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String detail;

    JsonException(String detail) {
        super(detail);
        this.detail = detail;
    }

    /** Returns the message. */
    public String detail() {
        return detail;
    }
}
