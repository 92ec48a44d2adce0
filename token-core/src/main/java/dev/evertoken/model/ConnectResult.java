package dev.evertoken.model;

import java.util.Optional;

/**
 * The result of one row of a batch import. Immutable.
 *
 * @param key the account of the row
 * @param outcome whether the tokens of the row were stored
 * @param status the status of the account after the import; empty if the row failed
 * @param problem why the row failed; empty if it did not
 */
public record ConnectResult(
        TokenKey key, Outcome outcome, Optional<AccountStatus> status, Optional<TokenException> problem) {

    /**
     * Whether the tokens of a row were stored. Later versions may add constants: keep a default branch in a
     * {@code switch}.
     */
    public enum Outcome {
        /** The tokens were stored. */
        CONNECTED,
        /**
         * The tokens were not stored: the store has newer ones for the account, the row has no time of issue and the
         * stored grant is valid, or the refresh token of the row is known to be spent.
         */
        KEPT_NEWER,
        /** The tokens were not stored: they have no refresh token, and the stored grant has one. */
        KEPT_REFRESHABLE,
        /** The tokens were not stored: the row is invalid or the store failed. */
        FAILED
    }
}
