package dev.evertoken.model;

import dev.evertoken.model.TransferRow.Outcome;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What became of all accounts that were to be copied or moved to another store, without a secret. Immutable.
 *
 * @param total how many accounts the source had
 * @param counts how many ended how; what is missing to {@code total} was not reached
 * @param open the accounts that are not settled, in the order of the source
 * @param stoppedBy what ended the transfer before its end, empty if it came through; run it again to go on
 */
public record TransferReport(
        int total, Map<Outcome, Integer> counts, List<TransferRow> open, Optional<TokenException> stoppedBy) {

    public TransferReport {
        Map<Outcome, Integer> ordered = new EnumMap<>(Outcome.class);
        ordered.putAll(counts);
        counts = Collections.unmodifiableMap(ordered);
        open = List.copyOf(open);
    }

    /** Returns how many accounts ended so. */
    public int count(Outcome outcome) {
        return counts.getOrDefault(outcome, 0);
    }

    /** Tells whether the target has all that the source had, and nothing is left to be done. */
    public boolean isComplete() {
        return stoppedBy.isEmpty() && open.isEmpty();
    }
}
