package dev.evertoken.store.jdbc;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TimedRecord;
import java.time.Instant;
import java.util.Optional;

/** A row and the database's time at which it was read. Immutable. */
record TimedRow(Row row, Instant time) {

    /** Returns the record of the row, see {@link Row#record}. */
    TimedRecord record(TokenKey key) {
        return new TimedRecord(Optional.of(row.record(key)), Optional.of(time));
    }
}
