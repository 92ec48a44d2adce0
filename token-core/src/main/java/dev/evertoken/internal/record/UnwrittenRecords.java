package dev.evertoken.internal.record;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.store.TokenRecord;
import java.util.Optional;

/**
 * Changes to accounts that are kept in memory because a write is too expensive: new access tokens, and failures, of
 * providers whose refresh token does not change.
 *
 * <p>A change applies to the revision that it was made from, and is ignored as soon as the record is written. A restart
 * loses it, which costs one refresh. Secrets are sealed as in a stored record. Thread-safe.
 */
public final class UnwrittenRecords {

    private final RecentEntries<TokenKey, TokenRecord> records;

    /** @param size the maximum number of accounts; the stored record applies to an account that was evicted */
    public UnwrittenRecords(int size) {
        records = new RecentEntries<>(size);
    }

    /** Keeps a changed record, which still has the revision of the stored one. */
    void keep(TokenRecord next) {
        records.put(next.key(), next);
    }

    /** Returns the changed record if one is kept for this revision, otherwise {@code stored}. */
    TokenRecord onto(TokenRecord stored) {
        Optional<TokenRecord> known = records.get(stored.key());
        return known.isPresent() && known.get().revision() == stored.revision() ? known.get() : stored;
    }
}
