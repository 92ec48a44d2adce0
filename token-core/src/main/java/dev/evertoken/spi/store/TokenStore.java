package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
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

    /**
     * Returns the newest record of an account that other places than this store itself remember: copies for the time
     * when {@link #load} fails. It may be older than what {@link #load} returns, or newer, as after a backup of the store
     * was restored; newer is what was consented later, or has the higher generation of the same grant.
     *
     * <p>Asked when {@link #load} has failed, and before a token that must not be spent twice is spent; nothing is ever
     * written on its revision. Never fails because such a place does. Empty unless overridden.
     */
    default Optional<TokenRecord> newestKnown(TokenKey key) {
        return Optional.empty();
    }

    /**
     * Returns the keys of the accounts that {@link #newestKnown} may have a record of, in no order; the caller closes it.
     * It is what can be said of all accounts while {@link #keys} fails: accounts may be missing, and some may be gone.
     *
     * <p>Never fails because such a place does. Empty unless overridden.
     */
    default Stream<TokenKey> knownKeys() {
        return Stream.empty();
    }

    /**
     * Keeps an answer in another place, because this store has just failed to take it: {@link #newestKnown} may return
     * it from then on, and {@link #load} does not before this store has it. It is only ever the next generation of a
     * record that this store has had; it never brings back one that is not there any more.
     *
     * @return whether it is kept anywhere; false unless overridden
     */
    default boolean keepAside(TokenRecord unsaved) {
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
