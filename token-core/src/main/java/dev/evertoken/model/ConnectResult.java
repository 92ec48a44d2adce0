package dev.evertoken.model;

import java.util.Optional;

/**
 * What became of one row of a batch import. Immutable.
 *
 * @param key whose tokens the row had
 * @param outcome whether they are stored
 * @param status how the account is connected now; empty if the row failed
 * @param problem why the row failed; empty if it did not
 */
public record ConnectResult(
        TokenKey key, Outcome outcome, Optional<AccountStatus> status, Optional<TokenException> problem) {

    /** Whether the tokens of a row are stored. */
    public enum Outcome {
        /** They are. */
        CONNECTED,
        /** They are not: the store has newer ones for the account. */
        KEPT_NEWER,
        /** They are not: something is wrong with the row or the store. */
        FAILED
    }
}
