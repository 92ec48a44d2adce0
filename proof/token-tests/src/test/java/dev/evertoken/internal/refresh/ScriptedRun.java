package dev.evertoken.internal.refresh;

import dev.evertoken.internal.refresh.SingleFlight.Start;
import dev.evertoken.internal.refresh.SingleFlight.Work;
import dev.evertoken.model.AccessToken;
import dev.evertoken.model.TokenEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Runs with planned steps. Used by one thread at a time. */
final class ScriptedRun implements Work {

    private final Deque<Supplier<CycleStep>> steps;
    private final Runnable whenClosed;

    private ScriptedRun(List<Supplier<CycleStep>> steps, Runnable whenClosed) {
        this.steps = new ArrayDeque<>(steps);
        this.whenClosed = whenClosed;
    }

    /** Returns a run with one step, which returns a token. */
    static Start bringing(Function<Consumer<TokenEvent>, AccessToken> step) {
        return events -> new ScriptedRun(List.of(() -> new CycleStep.Done(step.apply(events))), () -> {});
    }

    /** Returns a run of these steps. */
    static Start of(Runnable whenClosed, CycleStep... steps) {
        return events -> new ScriptedRun(
                List.of(steps).stream()
                        .<Supplier<CycleStep>>map(step -> () -> step)
                        .toList(),
                whenClosed);
    }

    /** Returns a run of these steps. Each step is created when it runs. */
    static Start of(Function<Consumer<TokenEvent>, List<Supplier<CycleStep>>> steps) {
        return events -> new ScriptedRun(steps.apply(events), () -> {});
    }

    @Override
    public CycleStep step() {
        return steps.remove().get();
    }

    @Override
    public void close() {
        whenClosed.run();
    }
}
