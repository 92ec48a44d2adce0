package dev.evertoken.model;

import dev.evertoken.model.TransferRow.Outcome;
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
 * @param open the accounts that are not settled, in the order of the source
 * @param stoppedBy why the transfer ended early; empty if it processed all accounts. Run it again to continue.
 */
public record TransferReport(
        int total, Map<Outcome, Integer> counts, List<TransferRow> open, Optional<TokenException> stoppedBy) {

    public TransferReport {
        Map<Outcome, Integer> ordered = new EnumMap<>(Outcome.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
        open = List.copyOf(open);
    }

    /** Returns the number of accounts with an outcome. */
    public int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** Returns whether the target has all accounts of the source and nothing is left to do. */
    public boolean isComplete() {
        return stoppedBy.isEmpty() && open.isEmpty();
    }
}
