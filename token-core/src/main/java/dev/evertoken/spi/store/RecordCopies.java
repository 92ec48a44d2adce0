package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Additional interface of a {@link TokenStore} that keeps copies of its records in other places, such as a chain of stores.
 * The engine uses the copies while the store itself fails.
 *
 * <p>A store without copies does not implement it. A store that wraps another one implements it with the copies of that
 * one, see {@link #of}. No method fails because a place with copies fails: it returns less instead. Called on engine
 * threads, by many at once, with no lock held. Implementations are thread-safe.
 */
public interface RecordCopies {

    /**
     * Returns the newest copy of an account's record, empty if no place has one.
     *
     * <p>It may be older than the record that {@link TokenStore#load} returns, or newer, for example after a backup of
     * the store was restored. Of two records the newer one is the one with the later consent, or the higher generation
     * of the same grant.
     *
     * <p>The engine calls it after {@link TokenStore#load} has failed, and before it sends a refresh token that must not
     * be used twice. It never writes with the revision of a copy.
     */
    Optional<TokenRecord> newestKnown(TokenKey key);

    /**
     * Returns the keys of the accounts of which {@link #newestKnown} may have a copy, in no order; the caller closes the
     * stream.
     *
     * <p>The engine lists accounts with it while {@link TokenStore#keys} fails. Accounts may be missing, and some may no
     * longer exist in the store.
     */
    Stream<TokenKey> knownKeys();

    /**
     * Saves a record in another place because the store has just failed to save it. From then on {@link #newestKnown} may
     * return it; {@link TokenStore#load} returns it only after the store itself has it.
     *
     * <p>The engine calls it only with the next generation of a record that the store has had. The call never restores a
     * record that was removed.
     *
     * @return whether another place has saved it
     */
    boolean keepAside(TokenRecord unsaved);

    /** Returns the copies of a store: the store itself if it keeps any, else one that has none and saves none. */
    static RecordCopies of(TokenStore store) {
        return store instanceof RecordCopies copies ? copies : NoCopies.INSTANCE;
    }
}
