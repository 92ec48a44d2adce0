package dev.evertoken.store.jdbc;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The pauses between the attempts of one operation that conflicts with other transactions. A serializable database
 * rolls back all but one of the conflicting transactions, even if they concern different rows of the same page, so many
 * attempts can be necessary.
 *
 * <p>The pauses are random, so that operations that have conflicted once do not conflict again, and double up to a
 * bound. They take {@value #ATTEMPTS} attempts and less than three seconds together, in real time, because the database
 * measures its conflicts in real time too. An interrupted thread does not pause. Not thread-safe.
 */
final class ConflictBackoff {

    static final int ATTEMPTS = 24;

    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private int attempts = 1;

    /** Waits until the next attempt; returns false if there is none. */
    boolean pause() {
        if (attempts == ATTEMPTS) {
            return false;
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(longestNanos(attempts)));
        attempts++;
        return true;
    }

    /** Returns the upper bound of the pause after an attempt. */
    static long longestNanos(int attempt) {
        return Math.min(FIRST_NANOS << (attempt - 1), LONGEST_NANOS);
    }
}
