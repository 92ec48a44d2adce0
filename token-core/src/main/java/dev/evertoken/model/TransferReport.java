package dev.evertoken.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of copying or moving accounts to another store; contains no secret. Immutable.
 *
 * @param total the number of accounts in the source
 * @param counts the number of accounts by outcome; if their sum is less than {@code total}, the rest was not processed
 * @param unsettled the accounts that are not settled, in the order of the source
 * @param stoppedBy why the transfer ended early; empty if it processed all accounts. Run it again to continue.
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

    /** Returns whether the target has all accounts of the source and nothing is left to do. */
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
