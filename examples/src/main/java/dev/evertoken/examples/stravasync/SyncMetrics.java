package dev.evertoken.examples.stravasync;

import io.micrometer.core.instrument.MeterRegistry;

/**
 * The dashboard's own meters: syncs, completed consents, and the errors that users saw by kind. The library's meters
 * have the refreshes. Thread-safe.
 */
final class SyncMetrics {

    private final MeterRegistry registry;

    SyncMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    Answer synced(Answer answer) {
        count("stravasync.syncs", answer.isSuccess() ? "success" : "failure");
        return answer;
    }

    Answer consented(Answer answer) {
        count("stravasync.consents", answer.isSuccess() ? "completed" : "not_completed");
        return answer;
    }

    /** Counts an error that is shown to a user; leaves other answers alone. */
    void shown(Answer answer) {
        if (!answer.isSuccess()) {
            registry.counter("stravasync.errors", "kind", answer.kind()).increment();
        }
    }

    private void count(String name, String outcome) {
        registry.counter(name, "outcome", outcome).increment();
    }
}
