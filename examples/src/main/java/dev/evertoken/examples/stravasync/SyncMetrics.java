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
        count("stravasync.syncs", answer.status() == 200 ? "success" : "failure");
        return shown(answer);
    }

    Answer consented(Answer answer) {
        count("stravasync.consents", answer.status() == 200 ? "completed" : "not_completed");
        return shown(answer);
    }

    private Answer shown(Answer answer) {
        if (answer.status() != 200) {
            registry.counter("stravasync.errors", "kind", answer.kind()).increment();
        }
        return answer;
    }

    private void count(String name, String outcome) {
        registry.counter(name, "outcome", outcome).increment();
    }
}
