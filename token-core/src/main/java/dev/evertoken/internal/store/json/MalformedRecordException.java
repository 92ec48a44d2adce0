package dev.evertoken.internal.store.json;

/**
 * Thrown if bytes are not in the expected format; the message continues a sentence that starts with "the record" and
 * shows no content. Immutable.
 */
public final class MalformedRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean newer;

    private MalformedRecordException(String detail, boolean newer) {
        super(detail);
        this.newer = newer;
    }

    public static MalformedRecordException damaged(String detail) {
        return new MalformedRecordException(detail, false);
    }

    /** Returns the exception for content that a later version may be able to read. */
    public static MalformedRecordException newer(String detail) {
        return new MalformedRecordException(detail, true);
    }

    public boolean isNewer() {
        return newer;
    }
}
