package dev.evertoken.store;

/** Bytes that are not what they should be; its message fits behind "the record" and shows no content. Immutable. */
final class UnfitException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean newer;

    private UnfitException(String detail, boolean newer) {
        super(detail);
        this.newer = newer;
    }

    static UnfitException damaged(String detail) {
        return new UnfitException(detail, false);
    }

    /** Returns the complaint about something that a later version may well understand. */
    static UnfitException newer(String detail) {
        return new UnfitException(detail, true);
    }

    boolean isNewer() {
        return newer;
    }
}
