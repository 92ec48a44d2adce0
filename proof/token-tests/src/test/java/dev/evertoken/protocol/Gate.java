package dev.evertoken.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Blocks a thread at one place until the test opens the gate. Thread-safe. */
final class Gate {

    private static final long TIMEOUT_SECONDS = 20;

    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch opened = new CountDownLatch(1);

    /** Waits until a thread arrives at the gate. */
    Gate awaitArrival() {
        await(arrived);
        return this;
    }

    void open() {
        opened.countDown();
    }

    /** Blocks until the gate is opened. */
    void pass() {
        arrived.countDown();
        await(opened);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("no arrival or opening within %s s", TIMEOUT_SECONDS)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted at a gate", e);
        }
    }
}
