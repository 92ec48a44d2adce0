package dev.evertoken.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;

/** Refuses to write a record under another key than its own; for whoever writes a store. Immutable. */
public final class SameKey {

    private SameKey() {}

    /** @throws IllegalArgumentException if the record is another key's */
    public static void require(TokenKey key, TokenRecord next) {
        if (!next.key().equals(key)) {
            throw new IllegalArgumentException("the record of " + next.key() + " cannot be written as " + key);
        }
    }
}
