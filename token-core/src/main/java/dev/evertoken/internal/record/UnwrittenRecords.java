package dev.evertoken.internal.record;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;

/**
 * What became of accounts without being written, because a write costs too much: new access tokens, and failures, of
 * providers whose refresh token stays what it is.
 *
 * <p>It holds on top of the very revision that it was made from: as soon as anybody writes the record, that is what
 * counts. A restart loses it, which costs one refresh. Sealed as a stored record is. Thread-safe.
 */
public final class UnwrittenRecords {

    private final Cache<TokenKey, TokenRecord> records;

    /** @param size of how many accounts it is known; of one that was crowded out the stored record is what is known */
    public UnwrittenRecords(int size) {
        records =
                Caffeine.newBuilder().maximumSize(size).executor(Runnable::run).build();
    }

    /** Keeps what would have been written over a record, which has that record's revision still. */
    void keep(TokenRecord next) {
        records.put(next.key(), next);
    }

    /** Returns what is known of an account on top of what is stored. */
    TokenRecord onto(TokenRecord stored) {
        TokenRecord known = records.getIfPresent(stored.key());
        return known != null && known.revision() == stored.revision() ? known : stored;
    }
}
