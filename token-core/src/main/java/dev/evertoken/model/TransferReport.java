package dev.evertoken.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of copying or moving all accounts to another store, without any secret. Immutable.
 *
 * @param total the number of accounts in the source
 * @param counts the number of accounts for each outcome; accounts that were not reached are in none of them
 * @param unsettled the accounts that need another transfer or a decision, in the order of the source
 * @param stoppedBy the failure that stopped the transfer early, empty if it completed; run it again to continue
 */
public record TransferReport(
        int total, Map<Outcome, Integer> counts, List<Row> unsettled, Optional<TokenException> stoppedBy) {

    public TransferReport {
        Map<Outcome, Integer> ordered = new EnumMap<>(Outcome.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
        unsettled = List.copyOf(unsettled);
    }

    /** Returns the number of accounts with an outcome. */
    public int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** Returns whether the target has all tokens of the source and nothing is left to be done. */
    public boolean isComplete() {
        return stoppedBy.isEmpty() && unsettled.isEmpty();
    }

    /**
     * The result for one account. Immutable.
     *
     * @param key the account
     * @param outcome where its newest tokens are now
     * @param problem the failure that kept it out of the target; empty if there was none
     */
    public record Row(TokenKey key, Outcome outcome, Optional<TokenException> problem) {}

    /** Where the newest tokens of an account are after a transfer. */
    public enum Outcome {
        /** In the target, transferred by this run. */
        TRANSFERRED,
        /** In the target, where they already were, for example after an interrupted transfer. */
        ALREADY_PRESENT,
        /** In the target is a later consent of the account; the earlier one stays in the source. */
        KEPT_LATER_CONSENT,
        /** In neither store: the account was disconnected, or moved by another process, during the transfer. */
        GONE,
        /** In the source: the account was being refreshed during the whole transfer. */
        BUSY,
        /** In the source: {@link Row#problem()} is the reason. */
        FAILED;

        /** Returns whether nothing is left to be done for the account. */
        public boolean isSettled() {
            return this == TRANSFERRED || this == ALREADY_PRESENT || this == GONE;
        }
    }
}
