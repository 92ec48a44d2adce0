package dev.evertoken.examples.setup;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits in real time for work in the background. Stateless. */
public final class Patience {

    private static final long PAUSE_NANOS = 2_000_000;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Patience() {}

    /** @throws IllegalStateException if the condition does not hold within 30 seconds */
    public static void until(String expected, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + LONGEST.toSeconds() + " s: " + expected);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
