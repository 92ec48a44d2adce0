package dev.evertoken.spi.operations;

import java.time.Duration;

/**
 * A call of the store that has ended. Immutable.
 *
 * @param operation the kind of call
 * @param took how long it took
 * @param failed whether the store failed. A record that cannot be read, and a write that another process preceded, are
 *     no failures of the store
 */
public record StoreCall(Operation operation, Duration took, boolean failed) {

    /** The kinds of calls. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Operation {
        /** One record was read. */
        LOAD,
        /** A batch of records was read. */
        LOAD_ALL,
        /** A record was written. */
        SAVE,
        /** A record was removed. */
        REMOVE,
        /** The first key of all accounts was read. */
        LIST,
        /** The accounts of a user were searched. */
        RELATED,
        /** The index of due accounts was read. */
        DUE
    }
}
