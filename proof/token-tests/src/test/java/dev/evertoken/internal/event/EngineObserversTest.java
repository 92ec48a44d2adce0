package dev.evertoken.internal.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.evertoken.spi.operations.EngineObserver;
import dev.evertoken.spi.operations.RefreshEnd;
import dev.evertoken.spi.operations.RefreshEnd.Outcome;
import dev.evertoken.spi.operations.RefreshObservation;
import dev.evertoken.spi.operations.RefreshStart;
import dev.evertoken.spi.operations.RefreshStart.Cause;
import dev.evertoken.spi.operations.StoreCall;
import dev.evertoken.spi.operations.StoreCall.Operation;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The observers of an engine: each is called whatever the others do, and one that throws causes one warning. */
class EngineObserversTest {

    private static final RefreshStart START = new RefreshStart("google", "google", Cause.CALLER);
    private static final RefreshEnd END = new RefreshEnd(Outcome.REFRESHED, Optional.empty(), Duration.ofSeconds(1));
    private static final StoreCall CALL = new StoreCall(Operation.LOAD, Duration.ofMillis(1), false);

    private final ManualClock clock = ManualClock.start();
    private final List<String> seen = new ArrayList<>();

    @Test
    void withoutObserversARefreshHasTheObservationThatDoesNothing() {
        EngineObservers none = new EngineObservers(List.of(), clock);

        assertThat(none.refresh(START)).isSameAs(RefreshObservation.none());
        assertThat(none.refresh(START).callerWaits(true)).isSameAs(RefreshObservation.CallerWait.none());
        assertThat(none.refresh(START).stepStarts()).isSameAs(RefreshObservation.Step.none());
    }

    @Test
    void stepsEndInTheReverseOrderOfTheirStart() {
        RefreshObservation observation =
                new EngineObservers(List.of(noting("one"), noting("two")), clock).refresh(START);

        observation.stepStarts().ended();
        observation.ended(END);

        assertThat(seen)
                .containsExactly(
                        "one starts", "two starts", "two ends", "one ends", "one saw REFRESHED", "two saw REFRESHED");
    }

    @Test
    void anObserverThatThrowsIsLoggedOnceAMinuteAndTheNextOneIsCalled() {
        EngineObserver broken = new EngineObserver() {
            @Override
            public void storeCalled(StoreCall call) {
                throw new IllegalStateException("thrown on purpose");
            }
        };
        EngineObservers observers = new EngineObservers(List.of(broken, noting("two")), clock);
        try (CapturedErrors captured = CapturedErrors.start()) {
            IntStream.range(0, 50).forEach(i -> observers.storeCalled(CALL));
            clock.advance(Duration.ofMinutes(1));
            observers.storeCalled(CALL);

            assertThat(captured.text())
                    .containsOnlyOnce("failed; 0 more failures since the last such message")
                    .containsOnlyOnce("failed; 49 more failures since the last such message")
                    .contains("WARN dev.evertoken.listeners - observer "
                            + broken.getClass().getName());
        }
        assertThat(seen).hasSize(51);
    }

    private EngineObserver noting(String name) {
        return new EngineObserver() {
            @Override
            public RefreshObservation refresh(RefreshStart start) {
                return new RefreshObservation() {
                    @Override
                    public Step stepStarts() {
                        seen.add(name + " starts");
                        return () -> seen.add(name + " ends");
                    }

                    @Override
                    public void ended(RefreshEnd end) {
                        seen.add(name + " saw " + end.outcome());
                    }
                };
            }

            @Override
            public void storeCalled(StoreCall call) {
                seen.add(name + " saw " + call.operation());
            }
        };
    }
}
