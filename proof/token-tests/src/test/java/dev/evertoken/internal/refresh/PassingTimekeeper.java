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
 * Time that passes when somebody waits, so that one thread can wait for what somebody else does meanwhile. Not
 * thread-safe.
 */
public final class PassingTimekeeper extends ForwardingTimekeeper {

    /** A machine that has been up for a while. */
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

    /** Has something happen in the next wait; each wait has one of these. */
    void meanwhile(Runnable what) {
        meanwhile.add(what);
    }

    /** Has something happen in every wait. */
    void always(Runnable what) {
        always = what;
    }

    @Override
    public CompletableFuture<Void> delay(Duration delay) {
        CompletableFuture<Void> elapsed = new CompletableFuture<>();
        try {
            await(elapsed, delay);
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a run here", e);
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
            throw new AssertionError("somebody waits without end");
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
