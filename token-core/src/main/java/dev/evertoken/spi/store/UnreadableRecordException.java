package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import org.jspecify.annotations.Nullable;

/** A record is there but cannot be read; it is neither missing nor changed. Immutable. */
public final class UnreadableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Why it cannot be read. */
    public enum Reason {
        /** Not a record: torn, empty or damaged. */
        CORRUPT,
        /** A record of a format that this version does not know. */
        NEWER_FORMAT
    }

    /** @param detail one sentence that fits behind the account and shows no content */
    public UnreadableRecordException(TokenKey key, Reason reason, String detail, @Nullable Throwable cause) {
        super(key + ": " + detail, cause);
        this.reason = reason;
    }

    /** Returns why it cannot be read. */
    public Reason reason() {
        return reason;
    }
}
