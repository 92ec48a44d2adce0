package dev.evertoken.store.gcp;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Polls for effects of background work that no latch can signal. */
final class Until {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Until() {}

    static void holds(String condition, BooleanSupplier check) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        try (Timekeeper time = Timekeeper.system()) {
            while (!check.getAsBoolean()) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("not within " + TIMEOUT.toSeconds() + " s: " + condition);
                }
                time.await(new CompletableFuture<Void>(), PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting until " + condition, e);
        }
    }
}
