package dev.evertoken.store.tiered;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs an action at the earliest of the times that were requested since it last ran. Thread-safe. */
final class EarliestTimer {

    private final Timekeeper time;
    private final Runnable action;
    private final AtomicReference<@Nullable Planned> next = new AtomicReference<>();

    /** A time on the monotonic clock. */
    private record Planned(long nanos) {}

    /** @param action runs on the timer thread: it must not block */
    EarliestTimer(Timekeeper time, Runnable action) {
        this.time = time;
        this.action = action;
    }

    /** Requests a run after a delay; a run that is planned earlier takes its place. */
    void in(Duration delay) {
        Planned mine = new Planned(time.nanos() + delay.toNanos());
        Planned before = next.getAndUpdate(known -> isEarlier(known, mine) ? known : mine);
        if (!isEarlier(before, mine)) {
            time.schedule(delay, () -> {
                next.compareAndSet(mine, null);
                action.run();
            });
        }
    }

    private static boolean isEarlier(@Nullable Planned known, Planned mine) {
        return known != null && known.nanos() - mine.nanos() <= 0;
    }
}
