package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;

/** Rejects writing a record under a key other than its own; for store implementations. Immutable. */
public final class SameKey {

    private SameKey() {}

    /** @throws IllegalArgumentException if the record belongs to another key */
    public static void require(TokenKey key, TokenRecord next) {
        if (!next.key().equals(key)) {
            throw new IllegalArgumentException("the record of " + next.key() + " cannot be written as " + key);
        }
    }
}
