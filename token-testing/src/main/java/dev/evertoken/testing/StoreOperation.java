package dev.evertoken.testing;

/** The operations of a {@link dev.evertoken.spi.store.TokenStore} that can be made to fail. Immutable. */
public enum StoreOperation {
    LOAD,
    COMPARE_AND_SET,
    REMOVE,
    KEYS,
    /** Reads the clock of the store. */
    NOW,
    /** Both methods of a {@link dev.evertoken.spi.store.DueIndex}. */
    DUE,
    /** Both methods of a {@link dev.evertoken.spi.store.ChangeStamp}. */
    STAMP
}
