package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenStoreException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stores one {@link TokenRecord} for each account; a record changes only by compare-and-set.
 *
 * <p>The engine calls a store on its own threads, from many at once, with no lock held. A call may block but must return:
 * a store applies time-outs of its own. Every method throws {@link TokenStoreException} if the store fails; the engine then
 * loads the record and decides again, and never assumes an outcome. A store may throw {@link IllegalArgumentException} for
 * a key or a record that it cannot store, which is no failure of the store. A store returns a record exactly as it was
 * saved and does not interpret its secret part. Implementations are thread-safe.
 *
 * <p>A store that can find due accounts without reading all of them also implements {@link DueIndex}; one that keeps copies
 * of its records in other places also implements {@link RecordCopies}; one that can lose confirmed writes, such as in a
 * failover, also implements {@link ReplicatedStore}; one that finds the accounts of a user or a grant without reading
 * all of them also implements {@link RelatedIndex}; one that processes share also implements {@link ChangeStamp}, so
 * that a disconnect in one of them takes effect in the others within seconds.
 *
 * <p>{@code InMemoryTokenStore} is the reference implementation: read it before you write a store, and run {@code
 * TokenStoreContract} of token-testing against yours.
 */
public interface TokenStore extends AutoCloseable {

    /** The {@code expectedRevision} of an account that has no record yet. */
    long ABSENT = 0;

    /** The {@code expectedRevision} of a record that {@link #load} cannot read, to replace or remove it. */
    long UNREADABLE = -1;

    /**
     * Returns the record of an account, empty if there is none.
     *
     * @throws UnreadableRecordException if there is a record that cannot be read; it is not changed
     */
    Optional<TokenRecord> load(TokenKey key);

    /**
     * Returns the record of an account in the same way as {@link #load}, and the store's time, {@link #now}, if both can
     * be read at the cost of one. The engine calls it before it claims a record, and does not ask for the time again if
     * the result has it.
     *
     * <p>Calls {@link #load} and returns no time unless overridden. A store that overrides it also overrides {@link
     * #now}, and reads the same clock in both. A store that wraps another one forwards it.
     *
     * @throws UnreadableRecordException if there is a record that cannot be read; it is not changed
     */
    default TimedRecord loadTimed(TokenKey key) {
        return TimedRecord.untimed(load(key));
    }

    /**
     * Returns the records of several accounts: one result for each key, in the order of the keys, which may repeat. A
     * record that cannot be read is the result of its account and does not affect the others; the whole call fails only
     * if the store does. The records are not necessarily read at the same moment.
     *
     * <p>Calls {@link #load} for one key after the other unless overridden. A store that overrides it also overrides
     * {@link #batchSize}.
     */
    default List<LoadResult> loadAll(List<TokenKey> keys) {
        return keys.stream().map(key -> LoadResult.of(key, this::load)).toList();
    }

    /**
     * Returns how many records {@link #loadAll} reads at the cost of about one {@link #load}, at least 1. The engine
     * reads many records in batches of this size, but of 500 at most. 1 unless overridden: the engine then calls {@link
     * #load} for each record.
     */
    default int batchSize() {
        return 1;
    }

    /**
     * Saves {@code next} if the revision of the stored record is {@code expectedRevision}, in one step that is atomic
     * across all processes that share the store.
     *
     * <p>A store whose client repeats a command must recognize its own write: if the stored revision is already {@code
     * next.revision()}, the call has succeeded.
     *
     * @param expectedRevision a revision that was loaded, {@link #ABSENT} or {@link #UNREADABLE}
     * @return whether the record was saved; false if the stored revision is another one, or if the stored record cannot be
     *     read and the expected revision is not {@link #UNREADABLE}
     */
    boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next);

    /**
     * Removes the record of an account if its revision is {@code expectedRevision}.
     *
     * @param expectedRevision a revision that was loaded, or {@link #UNREADABLE}
     * @return whether the record was removed; false if the stored revision is another one, or there is no record
     */
    boolean remove(TokenKey key, long expectedRevision);

    /**
     * Returns the keys of all records, including those that cannot be read, lazily and in no order; the caller closes the
     * stream.
     */
    Stream<TokenKey> keys();

    /** Returns which writers a successful compare-and-set excludes. */
    Guarantee guarantee();

    /**
     * Returns the store's own time, empty if it has none. All processes that share the store compare the deadline of a claim
     * with it.
     *
     * <p>A store that is used from one host alone may return the time of that host.
     */
    default Optional<Instant> now() {
        return Optional.empty();
    }

    /**
     * Returns whether a write is so expensive, in money or quota, that the engine should not write claims for {@code STATIC}
     * providers, where a claim only saves a second refresh. False unless overridden.
     */
    default boolean costlyWrites() {
        return false;
    }

    /**
     * Returns how many writes of different accounts should be made at the same time when many accounts are connected at
     * once, at least 1: more if that is faster, but not so many that other callers have to wait for a connection or
     * lose their share of a quota. The engine makes 32 at most. 1 unless overridden.
     */
    default int concurrentWrites() {
        return 1;
    }

    /**
     * Returns whether the secrets of an account must be stored in clear text, because an application reads its tokens
     * from the store. A key ring then protects the journal and pending authorizations alone. False unless overridden.
     *
     * <p>With a key ring, secrets in clear text are rejected for all other accounts.
     */
    default boolean keepsClearText(TokenKey key) {
        return false;
    }

    /**
     * Returns why {@link #load} has no record of an account although the store has something of it, such as tokens that
     * another application wrote: one sentence without a full stop and without secrets, for the message of a {@link
     * dev.evertoken.model.NotConnectedException}. Called after {@link #load} returned nothing. Empty unless overridden.
     */
    default Optional<String> absence(TokenKey key) {
        return Optional.empty();
    }

    /** Releases the resources of the store. Idempotent. */
    @Override
    void close();

    /** Which writers a compare-and-set excludes. */
    enum Guarantee {
        /** The threads of one process. */
        PROCESS,
        /** All processes that share the store. */
        SHARED
    }
}
