package dev.evertoken.spi;

import dev.evertoken.model.TokenKey;
import dev.evertoken.model.TokenRecord;
import dev.evertoken.model.TokenStoreException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps one {@link TokenRecord} for each account, changed only by compare-and-set.
 *
 * <p>Called on engine threads, by many at once, with no lock held; a call may block but must end: a store
 * brings its own time-outs. Every method throws {@link TokenStoreException} when the store is broken,
 * which the engine answers by loading and deciding again, never by assuming an outcome. A record is kept
 * exactly as it was handed over; the secret part is opaque. Implementations are thread-safe.
 *
 * <p>{@code InMemoryTokenStore} is the reference: read it before writing yours, and run {@code
 * TokenStoreContract} of token-testing against yours.
 */
public interface TokenStore extends AutoCloseable {

    /** As {@code expectedRevision}: there must be no record yet. */
    long ABSENT = 0;

    /** As {@code expectedRevision}: there must be a record that {@link #load} cannot read; it is replaced. */
    long UNREADABLE = -1;

    /**
     * Returns the record, empty if there is none.
     *
     * @throws UnreadableRecordException if there is one that cannot be read; it is left as it is
     */
    Optional<TokenRecord> load(TokenKey key);

    /**
     * Writes {@code next} if the stored record's revision is {@code expectedRevision}, in one atomic step that
     * no other process can come between.
     *
     * <p>A store whose client sends a command again must recognise its own write: finding {@code
     * next.revision()} already there is success.
     *
     * @param expectedRevision a revision that was loaded, {@link #ABSENT} or {@link #UNREADABLE}
     * @return false if someone was first, or a record that cannot be read stands there and {@link
     *     #UNREADABLE} was not asked for; nothing was written
     */
    boolean compareAndSet(TokenKey key, long expectedRevision, TokenRecord next);

    /**
     * Removes the record if its revision is {@code expectedRevision}.
     *
     * @param expectedRevision a revision that was loaded, or {@link #UNREADABLE}
     * @return false if it is another one, or none is there
     */
    boolean remove(TokenKey key, long expectedRevision);

    /** Returns the keys of all records, unreadable ones included, in no order and lazily; the caller closes it. */
    Stream<TokenKey> keys();

    /** Returns how far a successful compare-and-set reaches. */
    Guarantee guarantee();

    /**
     * Returns the store's own time, by which all processes that share it judge a claim; empty if it has none.
     *
     * <p>A store that only one host can reach may return that host's time.
     */
    default Optional<Instant> now() {
        return Optional.empty();
    }

    /**
     * Tells whether a write costs so much (money, quota) that claims of {@code STATIC} providers, which only
     * save work, are better left out. False unless overridden.
     */
    default boolean costlyWrites() {
        return false;
    }

    /** Frees what the store holds. Idempotent. */
    @Override
    void close();

    /** How far a compare-and-set reaches. */
    enum Guarantee {
        /** Only the threads of one process see each other's writes. */
        PROCESS,
        /** All processes that share the store see each other's writes. */
        SHARED
    }
}
