package dev.evertoken.store.gcp;

import com.google.protobuf.ByteString;

/**
 * The result of reading the payload of a version. Its string form has no payload. Immutable.
 *
 * @param payload empty unless the kind is {@link Kind#HELD}
 */
record AccessResult(Kind kind, ByteString payload) {

    /** The kind of a result. */
    enum Kind {
        /** The payload was read completely. */
        HELD,
        /** The checksum of the payload does not match: it was damaged during the transfer. */
        DAMAGED,
        /** The version does not exist: the secret was deleted, or deleted and created again. */
        MISSING,
        /** The version is disabled or destroyed. */
        UNUSABLE
    }

    static AccessResult without(Kind kind) {
        return new AccessResult(kind, ByteString.EMPTY);
    }

    @Override
    public String toString() {
        return "AccessResult[" + kind + "]";
    }
}
