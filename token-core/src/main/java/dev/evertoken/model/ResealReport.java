package dev.evertoken.model;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The result of sealing the records of a store with the current key; contains no secret. Immutable.
 *
 * @param counts the number of accounts by outcome
 * @param unsettled the first accounts that are not settled, at most {@value #MOST_ROWS}
 * @param reachedAll whether the run reached all accounts; if not, run it again to continue
 * @param stoppedBy the failure of the store that ended the run early; empty if there was none
 */
public record ResealReport(
        Map<Outcome, Long> counts, List<Row> unsettled, boolean reachedAll, Optional<TokenException> stoppedBy) {

    /** The maximum number of accounts that a report names. */
    public static final int MOST_ROWS = 1000;

    public ResealReport {
        Map<Outcome, Long> ordered = new EnumMap<>(Outcome.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
        unsettled = List.copyOf(unsettled);
    }

    /** Returns the number of accounts with an outcome. */
    public long count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0L);
    }

    /** Returns whether no record of the store needs a key other than the current one. */
    public boolean isComplete() {
        return reachedAll && count(Outcome.BUSY) == 0 && count(Outcome.FAILED) == 0;
    }

    /**
     * The result for one account. Immutable.
     *
     * @param key the account
     * @param outcome how its record is sealed now
     * @param problem why the record could not be sealed again; empty if it could
     */
    public record Row(TokenKey key, Outcome outcome, Optional<TokenException> problem) {}

    /** How the record of an account is sealed after a run. */
    public enum Outcome {
        /** With the current key, by this run. */
        RESEALED,
        /** With the current key already. */
        ALREADY_CURRENT,
        /** In clear text: the store keeps the secrets of this account so. */
        KEPT_CLEAR,
        /** The account was disconnected during the run. */
        GONE,
        /** As before: the record belongs to another application or environment, which has its own keys. */
        OTHER_APPLICATION,
        /** As before: the account was being refreshed, or changed by other processes, during the whole run. */
        BUSY,
        /** As before: {@link Row#problem()} is the reason. */
        FAILED;

        /** Returns whether nothing is left to be done for the account. */
        public boolean isSettled() {
            return this != BUSY && this != FAILED;
        }
    }
}
