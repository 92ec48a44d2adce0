package dev.evertoken.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A scope after which the thread has its earlier observation again, even if a handler throws. Used by one thread.
 */
final class RestoredScope implements AutoCloseable {

    private final ObservationRegistry registry;
    private final Observation.@Nullable Scope outer;
    private final Observation.Scope scope;

    private RestoredScope(ObservationRegistry registry, Observation.@Nullable Scope outer, Observation.Scope scope) {
        this.registry = registry;
        this.outer = outer;
        this.scope = scope;
    }

    /** Makes an observation the current one of this thread. */
    static RestoredScope of(ObservationRegistry registry, Observation observation) {
        Observation.Scope outer = registry.getCurrentObservationScope();
        try {
            return new RestoredScope(registry, outer, observation.openScope());
        } catch (RuntimeException | Error e) {
            registry.setCurrentObservationScope(outer);
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            scope.close();
        } finally {
            registry.setCurrentObservationScope(outer);
        }
    }
}
