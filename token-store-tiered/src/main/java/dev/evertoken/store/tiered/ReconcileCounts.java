package dev.evertoken.store.tiered;

import dev.evertoken.store.tiered.SyncDecision.Step;
import java.util.EnumMap;
import java.util.Map;

/** Counts the steps of a comparison. Not thread-safe; use on one thread. */
final class ReconcileCounts {

    private final Map<Step, Integer> done = new EnumMap<>(Step.class);

    void count(Step step) {
        done.merge(step, 1, Integer::sum);
    }

    ReconcileResult result(int accounts, boolean complete) {
        return new ReconcileResult(
                accounts, of(Step.WRITE), of(Step.REMOVE), of(Step.HIDE), of(Step.PROMOTE), complete);
    }

    private int of(Step step) {
        return done.getOrDefault(step, 0);
    }
}
