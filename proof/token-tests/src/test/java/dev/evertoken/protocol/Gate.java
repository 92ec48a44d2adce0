package dev.evertoken.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a thread at one place until the test lets it go on. Thread-safe. */
final class Gate {

    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Waits until somebody stands at the gate. */
    Gate awaitArrival() {
        await(arrived);
        return this;
    }

    void open() {
        opened.countDown();
    }

    /** Stands at the gate until it is opened. */
    void pass() {
        arrived.countDown();
        await(opened);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("nobody came within %s s", PATIENCE_SECONDS)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted at a gate", e);
        }
    }
}
