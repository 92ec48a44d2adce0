package dev.evertoken.internal.store.json;

/** Bytes that are not what they should be; its message fits behind "the record" and shows no content. Immutable. */
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

    /** Returns the complaint about something that a later version may well understand. */
    public static MalformedRecordException newer(String detail) {
        return new MalformedRecordException(detail, true);
    }

    public boolean isNewer() {
        return newer;
    }
}
