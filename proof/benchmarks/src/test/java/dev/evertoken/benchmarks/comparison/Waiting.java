package dev.evertoken.benchmarks.comparison;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for a time or a condition. */
final class Waiting {

    private static final int STEP_MILLIS = 10;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private Waiting() {}

    static void millis(long millis) throws InterruptedException {
        if (NEVER.await(millis, TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("the wait ended early");
        }
    }

    /** Waits until a condition holds, but no longer than a limit, and returns whether it holds. */
    static boolean until(BooleanSupplier condition, long limitMillis) throws InterruptedException {
        for (long waited = 0; waited < limitMillis && !condition.getAsBoolean(); waited += STEP_MILLIS) {
            millis(STEP_MILLIS);
        }
        return condition.getAsBoolean();
    }
}
