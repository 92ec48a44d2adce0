package dev.evertoken.spi.store;

import java.time.Instant;
import java.util.Optional;

/**
 * The record of an account with the store's time, see {@link TokenStore#loadTimed}. Immutable.
 *
 * @param record the record, empty if there is none
 * @param time the store's time at a moment during the call, like {@link TokenStore#now}; empty if it was not read
 */
public record TimedRecord(Optional<TokenRecord> record, Optional<Instant> time) {

    /** Returns a record without the store's time. */
    public static TimedRecord untimed(Optional<TokenRecord> record) {
        return new TimedRecord(record, Optional.empty());
    }
}
