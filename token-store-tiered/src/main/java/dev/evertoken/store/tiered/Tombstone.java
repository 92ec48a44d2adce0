package dev.evertoken.store.tiered;

import dev.evertoken.model.Grant;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.time.Instant;

/**
 * A grant whose copies count no more, and every grant of its account that was consented before it. Immutable.
 *
 * @param key whose
 * @param grant the last grant that is gone
 * @param kind how it went
 * @param at when this was written down
 */
record Tombstone(TokenKey key, Grant grant, Kind kind, Instant at) {

    /** How a grant went. */
    enum Kind {
        /** It was removed here, on request: its copies are to be deleted. */
        REMOVED,
        /** The authority does not have it, and nobody here removed it: its copies are hidden, and kept for a while. */
        MISSED
    }

    /** Tells whether a copy of this record counts no more. */
    boolean covers(TokenRecord record) {
        Grant other = record.grant();
        return other.id().equals(grant.id()) || other.consentedAt().isBefore(grant.consentedAt());
    }
}
