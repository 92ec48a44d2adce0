package dev.evertoken.internal.refresh;

import dev.evertoken.testing.ForwardingTimekeeper;
import dev.evertoken.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * A time that advances during a wait, so that one thread can wait for actions that another process would perform. Not
 * thread-safe.
 */
public final class PassingTimekeeper extends ForwardingTimekeeper {

    /** The uptime of the machine at the start of a test. */
    private static final Duration UP = Duration.ofHours(30);

    private static final int MOST_WAITS = 2_000;

    private final ManualClock clock;
    private final Deque<Runnable> meanwhile = new ArrayDeque<>();
    private Runnable always = () -> {};
    private int waits;

    private PassingTimekeeper(ManualClock clock) {
        super(clock);
        this.clock = clock;
    }

    static PassingTimekeeper at(Instant moment) {
        ManualClock clock = ManualClock.at(moment.minus(UP));
        clock.advance(UP);
        return new PassingTimekeeper(clock);
    }

    ManualClock clock() {
        return clock;
    }

    /** Runs an action in the next wait. Each wait runs one of these actions. */
    void meanwhile(Runnable action) {
        meanwhile.add(action);
    }

    /** Runs an action in every wait. */
    void always(Runnable action) {
        always = action;
    }

    @Override
    public CompletableFuture<Void> delay(Duration delay) {
        CompletableFuture<Void> elapsed = new CompletableFuture<>();
        try {
            await(elapsed, delay);
        } catch (InterruptedException e) {
            throw new AssertionError("a test run must not be interrupted", e);
        }
        elapsed.complete(null);
        return elapsed;
    }

    @Override
    public boolean await(Future<?> event, Duration timeout) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (timeout.isNegative() || timeout.isZero()) {
            return event.isDone();
        }
        if (++waits > MOST_WAITS) {
            throw new AssertionError("a wait does not end");
        }
        always.run();
        if (!meanwhile.isEmpty()) {
            meanwhile.remove().run();
        }
        if (!event.isDone()) {
            clock.advance(timeout);
        }
        return event.isDone();
    }
}
