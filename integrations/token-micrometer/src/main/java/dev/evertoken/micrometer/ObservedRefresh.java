package dev.evertoken.micrometer;

import dev.evertoken.model.Problem;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.RefreshEnd.Outcome;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.RefreshStart.Cause;
import io.micrometer.observation.NullObservation;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/** The observation of one refresh, with the parent that its caller had. Thread-safe. */
final class ObservedRefresh implements RefreshObservation {

    private final ObservationRegistry registry;
    private final RefreshStart start;
    private final RefreshContext context;
    private final @Nullable Observation parent;
    private volatile Observation observation = Observation.NOOP;

    ObservedRefresh(ObservationRegistry registry, RefreshStart start) {
        this.registry = registry;
        this.start = start;
        this.context = new RefreshContext(start);
        this.parent = registry.getCurrentObservation();
    }

    @Override
    public void started() {
        if (start.cause() != Cause.BACKGROUND) {
            observation = parent == null
                    ? unstarted().start()
                    : unstarted().parentObservation(parent).start();
            return;
        }
        // An empty scope: neither an observation nor a span of the thread becomes the parent.
        try (RestoredScope unused = RestoredScope.of(registry, new NullObservation(registry))) {
            Observation root = unstarted();
            context.setParentObservation(null);
            observation = root.start();
        }
    }

    private Observation unstarted() {
        return Observation.createNotStarted(TokenObservations.REFRESH, () -> context, registry)
                .contextualName("refresh " + start.registration())
                .lowCardinalityKeyValue(MeterNames.PROVIDER, start.providerId())
                .lowCardinalityKeyValue(MeterNames.REGISTRATION, start.registration())
                .lowCardinalityKeyValue(MeterNames.CAUSE, MeterNames.value(start.cause()));
    }

    @Override
    public CallerWait callerWaits(boolean joined) {
        if (!joined) {
            return CallerWait.none(); // the refresh itself is a child of this caller
        }
        Observation wait = Observation.createNotStarted(
                        TokenObservations.WAIT, () -> new RefreshWaitContext(context), registry)
                .contextualName("wait for refresh " + start.registration())
                .lowCardinalityKeyValue(MeterNames.PROVIDER, start.providerId())
                .lowCardinalityKeyValue(MeterNames.REGISTRATION, start.registration())
                .start();
        return (took, problem) -> {
            wait.lowCardinalityKeyValue(MeterNames.PROBLEM, MeterNames.value(problem));
            problem.ifPresent(why -> wait.error(new NoTokenException(why)));
            wait.stop();
        };
    }

    @Override
    public Step stepStarts() {
        return RestoredScope.of(registry, observation)::close;
    }

    @Override
    public void ended(RefreshEnd end) {
        Observation ending = observation;
        ending.lowCardinalityKeyValue(MeterNames.OUTCOME, MeterNames.value(end.outcome()))
                .lowCardinalityKeyValue(MeterNames.PROBLEM, MeterNames.value(end.problem()));
        if (end.outcome() == Outcome.FAILED) {
            ending.error(new NoTokenException(end.problem().orElse(Problem.INTERNAL)));
        }
        ending.stop();
    }

    /** The error of an observation. The exception of the caller would name the account. */
    private static final class NoTokenException extends RuntimeException {
        NoTokenException(Problem problem) {
            super(MeterNames.value(problem), null, false, false);
        }
    }
}
