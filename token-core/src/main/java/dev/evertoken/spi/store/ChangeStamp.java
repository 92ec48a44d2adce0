package dev.evertoken.spi.store;

import java.util.Optional;

/**
 * Additional interface of a {@link TokenStore} that has a change stamp: one value for all accounts of the store, which
 * changes when an account is connected again or disconnected.
 *
 * <p>The engine moves the stamp after it has written such a change; a refresh does not move it. While tokens are in
 * use, each process reads the stamp every five seconds. If it has changed, the process reads the record of an account
 * again before it returns a token of that account. So a token of an earlier user is used in other processes for no
 * longer than five seconds, instead of {@code recheckEvery}.
 *
 * <p>A stamp is compared for equality only. A store that has lost it returns any other value, or {@link #NONE}.
 *
 * <p>A store that other processes cannot change, or for which a read every five seconds is too expensive, does not
 * implement this interface. A store that wraps another one implements it with the stamp of that one, see {@link #of}.
 * {@code ChangeStampContract} of token-testing tests an implementation. Called on engine threads, by many at once, with
 * no lock held. Implementations are thread-safe and fail in the same way as a {@link TokenStore}.
 */
public interface ChangeStamp {

    /** The stamp of a store in which it has never been moved. */
    String NONE = "";

    /**
     * A change of the stamp. Immutable.
     *
     * @param before the stamp that was replaced
     * @param after the new stamp
     */
    record Move(String before, String after) {}

    /**
     * Returns the current stamp in one cheap read; empty if the store has none, which must not change while the store
     * is open.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store fails
     */
    Optional<String> changeStamp();

    /**
     * Replaces the stamp with one that the store never had before, in one step that is atomic across all processes that
     * share the store.
     *
     * @return the stamps before and after this step; empty if the store has none
     * @throws dev.evertoken.model.TokenStoreException if the store fails; the stamp may have been replaced
     */
    Optional<Move> moveChangeStamp();

    /** Returns the stamp of a store: the store itself if it has one, else one that is always empty. */
    static ChangeStamp of(TokenStore store) {
        return store instanceof ChangeStamp stamp ? stamp : NoChangeStamp.INSTANCE;
    }
}
