package dev.evertoken.spi.operations;

import dev.evertoken.model.Problem;
import java.time.Duration;
import java.util.Optional;

/** The observation of a refresh without an observer. Immutable. */
final class NoObservation implements RefreshObservation {

    static final NoObservation INSTANCE = new NoObservation();
    static final CallerWait NO_WAIT = new NoWait();
    static final Step NO_STEP = new NoStep();

    // Every process creates these two, and a class is created faster than a lambda.

    private static final class NoWait implements CallerWait {
        @Override
        public void ended(Duration took, Optional<Problem> problem) {}
    }

    private static final class NoStep implements Step {
        @Override
        public void ended() {}
    }

    private NoObservation() {}
}
