package dev.evertoken.store.tiered;

import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;

/**
 * Marks a grant whose copies are ignored, together with all earlier grants of its account. Immutable.
 *
 * @param key the account
 * @param grant the last removed or lost grant
 * @param kind the reason
 * @param at the time at which the tombstone was created
 */
record Tombstone(TokenKey key, Grant grant, Kind kind, Instant at) {

    /** The reason for a tombstone. */
    enum Kind {
        /** The grant was removed through this chain: its copies are to be deleted. */
        REMOVED,
        /**
         * The authority does not have the grant, although it was not removed through this chain: its copies are hidden
         * and kept for a while.
         */
        MISSED
    }

    /** Returns whether a copy of this record is to be ignored. */
    boolean covers(TokenRecord record) {
        Grant other = record.grant();
        return other.id().equals(grant.id()) || other.consentedAt().isBefore(grant.consentedAt());
    }
}
