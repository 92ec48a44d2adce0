package dev.evertoken.store.gcp;

import com.google.protobuf.ByteString;

/**
 * What came of asking for the payload of a version. Never prints it. Immutable.
 *
 * @param payload empty unless it is {@link Kind#HELD}
 */
record AccessResult(Kind kind, ByteString payload) {

    /** How it went. */
    enum Kind {
        /** The payload is there, as the service keeps it. */
        HELD,
        /** Its checksum does not fit: it was damaged on the way. */
        DAMAGED,
        /** There is no such version: the secret is gone, or was created again. */
        MISSING,
        /** The version is disabled or destroyed. */
        UNUSABLE
    }

    static AccessResult without(Kind kind) {
        return new AccessResult(kind, ByteString.EMPTY);
    }

    @Override
    public String toString() {
        return "Accessed[" + kind + "]";
    }
}
