package dev.evertoken.model;

import java.util.Optional;

/**
 * What became of one account that was to be copied or moved to another store. Immutable.
 *
 * @param key whose
 * @param outcome where its newest tokens are now
 * @param problem why it is not in the target; empty if it is, or if nothing is wrong
 */
public record TransferRow(TokenKey key, Outcome outcome, Optional<TokenException> problem) {

    /** Where the newest tokens of an account are. */
    public enum Outcome {
        /** In the target, brought there now. */
        TRANSFERRED,
        /** In the target, where they were before, as after a transfer that was interrupted. */
        THERE_ALREADY,
        /** The target has a later consent of this account; the earlier one stays in the source. */
        KEPT_LATER_CONSENT,
        /** Nowhere: the account was disconnected, or moved by somebody else, meanwhile. */
        GONE,
        /** In the source: somebody was refreshing the account all the time. */
        BUSY,
        /** In the source: {@link TransferRow#problem()} says why. */
        FAILED;

        /** Tells whether nothing is left to be done for the account. */
        public boolean isSettled() {
            return this == TRANSFERRED || this == THERE_ALREADY || this == GONE;
        }
    }
}
