package dev.evertoken.spi.store;

import java.util.List;

/**
 * Additional interface of a {@link TokenStore} that can report its permissions, its eviction, its replicas and other
 * properties that may lose or reveal tokens.
 *
 * <p>Called by a diagnosis, at most once a run. It changes nothing, reads no record, and ends within the time-outs of
 * the store. A store that wraps another one implements it with the facts of that one, see {@link #of}. Implementations
 * are thread-safe.
 */
public interface StoreInspection {

    /**
     * Returns the facts, in the order in which they should be shown. A property that cannot be determined, for example
     * because the user may not ask for it, is left out or a fact of its own.
     *
     * @throws dev.evertoken.model.TokenStoreException if the store fails
     */
    List<StoreFact> inspect();

    /** Returns the facts of a store; none if it does not implement this interface. */
    static List<StoreFact> of(TokenStore store) {
        return store instanceof StoreInspection inspection ? inspection.inspect() : List.of();
    }
}
