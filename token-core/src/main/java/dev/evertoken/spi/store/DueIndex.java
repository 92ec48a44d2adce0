package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Implemented by a {@link TokenStore} that can find due accounts without reading all records.
 *
 * <p>Each account is indexed by the {@link dev.evertoken.spi.store.TokenRecord#dueAt()} of its record, and every write
 * updates the index. An account without such a time is not in the index, so accounts whose grant is no longer valid
 * cost nothing. Times are exact to the millisecond. The index may lag behind the records; the record takes precedence.
 * {@code DueIndexContract} of token-testing tests an implementation. Implementations are thread-safe and fail in the
 * same way as a {@link TokenStore}.
 */
public interface DueIndex {

    /**
     * Returns the accounts of a registration that are due before {@code before}, the earliest first; accounts that are
     * due at the same time come in a stable order that the store defines.
     *
     * <p>If the account of the cursor is no longer due, the page starts again with the earliest account, so no due
     * account is skipped. Therefore request the next page before refreshing the accounts of this one.
     *
     * @param after the last key of the previous page; empty for the first page
     * @param limit the maximum number of keys to return, at least 1
     */
    List<TokenKey> due(String registration, Instant before, Optional<TokenKey> after, int limit);

    /** Returns when the earliest account of a registration is due; empty if none is. */
    Optional<Instant> oldestDue(String registration);

    /**
     * Returns whether the index has an account at a given time, the {@link
     * dev.evertoken.spi.store.TokenRecord#dueAt()} of its record. Returns true unless overridden: an index that is
     * written together with the record has it.
     */
    default boolean isListed(TokenKey key, Instant dueAt) {
        return true;
    }

    /**
     * Makes the index agree with the record of an account, because they were found to differ. Does nothing unless
     * overridden: an index that is written together with the record needs no repair.
     */
    default void repair(TokenKey key) {}
}
