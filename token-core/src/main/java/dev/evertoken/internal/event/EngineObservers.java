package dev.evertoken.internal.event;

import dev.evertoken.internal.record.RateLimitedLog;
import dev.evertoken.model.LoggerNames;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spi.operations.TokenOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The observers of an engine. One that throws causes a warning, at most once a minute, and affects neither the engine
 * nor another observer. Thread-safe.
 */
public final class EngineObservers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LoggerNames.LISTENERS);

    private final List<EngineObserver> observers;
    private final RateLimitedLog failures;

    public EngineObservers(List<EngineObserver> observers, Timekeeper time) {
        this.observers = List.copyOf(observers);
        this.failures = new RateLimitedLog(time);
    }

    /** Passes the operations of the assembled engine on. */
    public void started(TokenOperations operations) {
        each(observers, observer -> observer.started(operations));
    }

    /** Returns the observation of a refresh that is about to start; one that does nothing if there are no observers. */
    public RefreshObservation refresh(RefreshStart start) {
        return observers.isEmpty()
                ? RefreshObservation.none()
                : new GuardedRefresh(this, results(observers, observer -> observer.refresh(start)));
    }

    /** Passes a call of the store on. */
    public void storeCalled(StoreCall call) {
        if (!observers.isEmpty()) {
            each(observers, observer -> observer.storeCalled(call));
        }
    }

    @Override
    public void close() {
        each(observers, EngineObserver::closed);
    }

    /** Calls each target, whether another one throws or not. */
    <T> void each(List<T> targets, Consumer<T> call) {
        for (T target : targets) {
            try {
                call.accept(target);
            } catch (Throwable e) { // like a listener, an observer must not harm a refresh
                failed(target, e);
            }
        }
    }

    /** Returns the results of the targets that do not throw. */
    <T, R> List<R> results(List<T> targets, Function<T, R> call) {
        List<R> results = new ArrayList<>(targets.size());
        each(targets, target -> results.add(call.apply(target)));
        return results;
    }

    private void failed(Object target, Throwable e) {
        failures.log(suppressed -> log.warn(
                "observer {} failed; {} more failures since the last such message",
                target.getClass().getName(),
                suppressed,
                e));
    }
}
