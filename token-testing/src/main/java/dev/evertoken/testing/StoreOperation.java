package dev.evertoken.testing;

/** The calls of a {@link dev.evertoken.spi.store.TokenStore} that can be made to fail. Immutable. */
public enum StoreOperation {
    LOAD,
    COMPARE_AND_SET,
    REMOVE,
    KEYS,
    /** The store's own clock. */
    NOW,
    /** Both calls of a {@link dev.evertoken.spi.store.DueIndex}. */
    DUE
}
