package dev.evertoken.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry and the contexts of its observations. Thread-safe. */
final class RecordedObservations implements ObservationHandler<Observation.Context> {

    final ObservationRegistry registry = ObservationRegistry.create();
    final List<Observation.Context> started = new CopyOnWriteArrayList<>();
    final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

    RecordedObservations() {
        registry.observationConfig().observationHandler(this);
    }

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    @Override
    public void onStart(Observation.Context context) {
        started.add(context);
    }

    @Override
    public void onStop(Observation.Context context) {
        stopped.add(context);
    }

    /** Returns the ended observations with a kind of context. */
    <C extends Observation.Context> List<C> ended(Class<C> kind) {
        return stopped.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Returns a request of the application, as its web framework observes it. */
    Observation request(String name) {
        return Observation.start(name, registry);
    }
}
