package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.function.Function;

/**
 * The record of one account of a batch, see {@link TokenStore#loadAll}. Immutable.
 *
 * @param key the account
 * @param record the record; empty if there is none, or if it cannot be read
 * @param unreadable why the record cannot be read; empty if it can, or if there is none
 */
public record LoadResult(TokenKey key, Optional<TokenRecord> record, Optional<UnreadableRecordException> unreadable) {

    /**
     * @throws IllegalArgumentException if the result has both a record and a reason, or the record of another account
     */
    public LoadResult {
        if (record.isPresent() && unreadable.isPresent()) {
            throw new IllegalArgumentException(key + ": the record is both readable and unreadable");
        }
        TokenKey expected = key;
        record.ifPresent(found -> found.requireKey(expected));
    }

    /** Returns the result of an account that has a record. */
    public static LoadResult of(TokenRecord record) {
        return new LoadResult(record.key(), Optional.of(record), Optional.empty());
    }

    /** Returns the result of an account that has no record. */
    public static LoadResult absent(TokenKey key) {
        return new LoadResult(key, Optional.empty(), Optional.empty());
    }

    /** Returns the result of an account whose record cannot be read. */
    public static LoadResult unreadable(TokenKey key, UnreadableRecordException why) {
        return new LoadResult(key, Optional.empty(), Optional.of(why));
    }

    /** Calls {@code load} for an account; an unreadable record becomes a result, any other exception is thrown. */
    public static LoadResult of(TokenKey key, Function<TokenKey, Optional<TokenRecord>> load) {
        try {
            return new LoadResult(key, load.apply(key), Optional.empty());
        } catch (UnreadableRecordException e) {
            return unreadable(key, e);
        }
    }

    /**
     * Returns the record, empty if there is none, in the same way as {@link TokenStore#load}.
     *
     * @throws UnreadableRecordException if the record cannot be read
     */
    public Optional<TokenRecord> get() {
        unreadable.ifPresent(why -> {
            throw why;
        });
        return record;
    }
}
