package dev.evertoken.store.redis;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.exceptions.JedisException;

/** Polls for state changes of other processes that no latch can signal. */
final class Until {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Until() {}

    /** Waits until {@code check} returns true; a server that does not respond yet counts as false. */
    static void holds(String condition, BooleanSupplier check) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        try (Timekeeper time = Timekeeper.system()) {
            while (!holds(check)) {
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

    private static boolean holds(BooleanSupplier check) {
        try {
            return check.getAsBoolean();
        } catch (JedisException e) {
            return false;
        }
    }
}
