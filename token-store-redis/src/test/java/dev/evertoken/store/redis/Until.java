package dev.evertoken.store.redis;

import dev.evertoken.spi.Timekeeper;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import redis.clients.jedis.exceptions.JedisException;

/** Waits for what other processes do in their own time; for nothing that a latch could tell. */
final class Until {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Until() {}

    /** Waits until a condition holds; a server that does not answer yet does not hold it. */
    static void holds(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try (Timekeeper time = Timekeeper.system()) {
            while (!holds(condition)) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
                }
                time.await(new CompletableFuture<Void>(), PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting until " + what, e);
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (JedisException e) {
            return false;
        }
    }
}
