package dev.evertoken.testing;

/** The operations of a {@link dev.evertoken.spi.store.TokenStore} that can be made to fail. Immutable. */
public enum StoreOperation {
    LOAD,
    /** Reads a batch of records; a planned fault fails the whole batch. */
    LOAD_ALL,
    COMPARE_AND_SET,
    REMOVE,
    KEYS,
    /** Reads the clock of the store. */
    NOW,
    /** Both methods of a {@link dev.evertoken.spi.store.DueIndex}. */
    DUE,
    /** Finds related accounts, see {@link dev.evertoken.spi.store.RelatedIndex}. */
    RELATED,
    /** Both methods of a {@link dev.evertoken.spi.store.ChangeStamp}. */
    STAMP
}
