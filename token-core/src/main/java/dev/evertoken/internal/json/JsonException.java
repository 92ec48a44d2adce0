package dev.evertoken.internal.json;

/**
 * Thrown for a text that is not JSON or exceeds the limits of its parser. The message continues a sentence such as "the
 * record" and never quotes the text; {@link #path()} has the names of members and is not part of it. Immutable except for
 * the state of {@link Throwable}.
 */
public final class JsonException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String detail;
    private final String path;

    JsonException(String detail, String path) {
        super(detail);
        this.detail = detail;
        this.path = path;
    }

    /** Returns the message. */
    public String detail() {
        return detail;
    }

    /**
     * Returns where the text is wrong, such as {@code $.rows[2].name}; {@code $} for the whole text. It quotes names of
     * the text: do not show it if they can be secrets.
     */
    public String path() {
        return path;
    }
}
