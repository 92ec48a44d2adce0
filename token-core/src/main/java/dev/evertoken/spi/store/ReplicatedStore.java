package dev.evertoken.spi.store;

import dev.evertoken.model.TokenKey;
import java.util.OptionalLong;

/**
 * Additional interface of a {@link TokenStore} that can lose writes that it has confirmed, such as in a failover to a
 * replica that did not have them yet.
 *
 * <p>A lost write brings back a refresh token that was used. The engine protects grants whose refresh tokens must not be
 * used twice with both methods: a claim is confirmed by a replica if possible, and after a possible loss such refresh
 * tokens are not sent for a while, in which every process saves the records that it knows.
 *
 * <p>A store that loses no confirmed write does not implement it. A store that wraps another one implements it with the
 * methods of that one; {@link #claim(TokenStore, TokenKey, long, TokenRecord, long)} and {@link #history(TokenStore)} call
 * any store. Called on engine threads, by many at once, with no lock held. Implementations are thread-safe.
 */
public interface ReplicatedStore {

    /** The outcome of writing a claim. Immutable. */
    enum ClaimResult {
        /** The claim is stored. */
        SAVED,
        /** The claim is stored, but no replica has confirmed it in time, so a failover may lose it. */
        UNCONFIRMED,
        /** Nothing was written, because the stored revision is another one. */
        CONFLICT,
        /** Nothing was written, because the store may have lost writes: {@link ReplicatedStore#history} has grown. */
        POSSIBLE_LOSS
    }

    /**
     * Saves a record with a claim as {@link TokenStore#compareAndSet} does, and waits for a bounded time until a replica
     * has it. The wait delays no other account. The engine calls it before it sends a refresh token that must not be used
     * twice.
     *
     * @param history the last result of {@link #history} that the caller has reacted to, at first 0. It is compared in the
     *     same atomic step.
     * @throws dev.evertoken.model.TokenStoreException if the store fails, or if it requires a confirmation and there is
     *     none; in the latter case the claim is withdrawn
     */
    ClaimResult claim(TokenKey key, long expectedRevision, TokenRecord claimed, long history);

    /**
     * Asks the store whether it may have lost writes that it had confirmed, such as in a failover or a restart.
     *
     * @return a number that is 0 when the store is opened and grows with each possible loss; empty if the store loses
     *     no confirmed write, or cannot detect it
     * @throws dev.evertoken.model.TokenStoreException if the store fails
     */
    OptionalLong history();

    /** Writes a claim to any store; one that is not replicated has no confirmations. */
    static ClaimResult claim(TokenStore store, TokenKey key, long expectedRevision, TokenRecord claimed, long history) {
        if (store instanceof ReplicatedStore replicated) {
            return replicated.claim(key, expectedRevision, claimed, history);
        }
        return store.compareAndSet(key, expectedRevision, claimed) ? ClaimResult.SAVED : ClaimResult.CONFLICT;
    }

    /** Returns the history of any store; empty if it is not replicated. */
    static OptionalLong history(TokenStore store) {
        return store instanceof ReplicatedStore replicated ? replicated.history() : OptionalLong.empty();
    }
}
