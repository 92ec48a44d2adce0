package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import org.jspecify.annotations.Nullable;

/** Thrown if a record exists but cannot be read; the record is left unchanged. Immutable. */
public final class UnreadableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why the record cannot be read. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Reason {
        /** The content is not a record: it is incomplete, empty or damaged. */
        CORRUPT,
        /** The record has a format that is newer than this version. */
        NEWER_FORMAT
    }

    /** @param detail one sentence that follows the account in the message and shows no content */
    public UnreadableRecordException(TokenKey key, Reason reason, String detail, @Nullable Throwable cause) {
        super(key + ": " + detail, cause);
        this.reason = reason;
    }

    /** Returns why the record cannot be read. */
    public Reason reason() {
        return reason;
    }
}
