package dev.evertoken.internal.event;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.RefreshObservation;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The observations of one refresh by all observers, which may throw. Thread-safe. */
record GuardedRefresh(EngineObservers observers, List<RefreshObservation> all) implements RefreshObservation {

    @Override
    public void started() {
        observers.each(all, RefreshObservation::started);
    }

    @Override
    public CallerWait callerWaits(boolean joined) {
        return new Wait(observers, observers.results(all, one -> one.callerWaits(joined)));
    }

    @Override
    public Step stepStarts() {
        List<Step> steps = observers.results(all, RefreshObservation::stepStarts);
        Collections.reverse(steps); // the last one that started ends first
        return () -> observers.each(steps, Step::ended);
    }

    @Override
    public void ended(RefreshEnd end) {
        observers.each(all, one -> one.ended(end));
    }

    private record Wait(EngineObservers observers, List<CallerWait> all) implements CallerWait {
        @Override
        public void ended(Duration took, Optional<Problem> problem) {
            observers.each(all, one -> one.ended(took, problem));
        }
    }
}
