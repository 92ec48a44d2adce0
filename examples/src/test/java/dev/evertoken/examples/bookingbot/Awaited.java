package dev.evertoken.examples.bookingbot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits in real time for a condition that background work fulfills. Stateless. */
final class Awaited {

    private static final long PAUSE_NANOS = 1_000_000;

    private Awaited() {}

    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("20 s of real time").isLessThan(deadline);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
