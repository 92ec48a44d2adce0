package dev.evertoken.model;

import java.util.Optional;

/**
 * The result of copying or moving one account to another store. Immutable.
 *
 * @param key the account
 * @param outcome where its newest tokens are after the transfer
 * @param problem why the account is not in the target; empty if it is, or if nothing is wrong
 */
public record TransferRow(TokenKey key, Outcome outcome, Optional<TokenException> problem) {

    /**
     * Where the newest tokens of an account are. Later versions may add constants: keep a default branch in a
     * {@code switch}.
     */
    public enum Outcome {
        /** In the target; transferred now. */
        TRANSFERRED,
        /** In the target already, for example after an interrupted transfer. */
        THERE_ALREADY,
        /** The target has a later consent of this account; the earlier one stays in the source. */
        KEPT_LATER_CONSENT,
        /** Nowhere: the account was disconnected or moved by another process during the transfer. */
        GONE,
        /** In the source: another process was refreshing the account throughout. */
        BUSY,
        /** In the source; {@link TransferRow#problem()} states why. */
        FAILED;

        /** Returns whether nothing is left to do for the account. */
        public boolean isSettled() {
            return this == TRANSFERRED || this == THERE_ALREADY || this == GONE;
        }
    }
}
