package dev.evertoken.webhooks;

import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.operations.RecordView;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The episodes of failures that this process has reported. An episode is a generation of tokens: it begins with the first
 * refresh that fails, and ends with the one that brings the next generation. The accounts that have been failing longest
 * are forgotten first; their next failure is reported again, under the id of the first report. Thread-safe.
 */
final class FailingAccounts {

    private static final int MOST = 10_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<TokenKey, Episode> reported = new LinkedHashMap<>();

    private record Episode(Instant consentedAt, long generation) {}

    /** Returns whether a failure is the first one of its episode here, and remembers it. */
    boolean begins(RecordView failed) {
        Episode episode = new Episode(failed.grant().consentedAt(), failed.generation());
        lock.lock();
        try {
            Optional<Episode> before = Optional.ofNullable(reported.put(failed.key(), episode));
            if (reported.size() > MOST) {
                reported.remove(reported.keySet().iterator().next());
            }
            return !before.equals(Optional.of(episode));
        } finally {
            lock.unlock();
        }
    }

    /** Forgets an account. */
    void ended(TokenKey key) {
        lock.lock();
        try {
            reported.remove(key);
        } finally {
            lock.unlock();
        }
    }
}
