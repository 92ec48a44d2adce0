package dev.evertoken.internal.cache;

/**
 * The reason why an account has no token, as its cell remembers it for a moment. Implementations are thread-safe.
 */
public interface Refusal {

    /** Returns whether the store has a record of the account. */
    boolean isOfKnownAccount();
}
