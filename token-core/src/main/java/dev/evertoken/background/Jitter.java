package dev.evertoken.background;

import dev.evertoken.spi.operations.RecordView;
import java.time.Duration;
import java.time.Instant;

/**
 * Spreads the refreshes of accounts that become due together. The part of an account is derived from its key, so all
 * processes and all runs agree on it. Immutable.
 *
 * @param window the longest delay
 */
record Jitter(Duration window) {

    private static final int PARTS = 1 << 16;
    private static final int MIXER = 0x85EBCA6B;

    /** Returns when the refresh of a due account starts: no later than halfway to the end of its token. */
    Instant startsAt(RecordView record) {
        Instant due = record.dueAt().orElse(Instant.MIN);
        Instant end = record.lifetime().schedule().expiresAt();
        if (window.isZero() || !due.isBefore(end)) {
            return due;
        }
        Duration half = Duration.between(due, end).dividedBy(2);
        Duration longest = half.compareTo(window) < 0 ? half : window;
        return due.plus(longest.multipliedBy(part(record)).dividedBy(PARTS));
    }

    /** Returns a number from 0 to 65,535 that is evenly distributed over the accounts. */
    private static int part(RecordView record) {
        int hash = record.key().toString().hashCode() * MIXER;
        hash ^= hash >>> 15;
        return (hash * MIXER) >>> 16;
    }
}
