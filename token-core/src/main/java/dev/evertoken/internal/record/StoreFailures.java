package dev.evertoken.internal.record;

import dev.evertoken.model.TokenKey;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers when the store failed, for each account and as a whole: a claim lapses only while the store works.
 *
 * <p>A failed call may concern its account alone, or the whole store. It counts for all accounts if no call succeeded
 * for longer than a given time around it. A source that goes on failing while other calls succeed is itself the cause
 * and does not count for other accounts. Times are those of the monotonic clock, in nanoseconds. Thread-safe.
 */
final class StoreFailures {

    private static final int MOST_SOURCES = 10_000;

    private final long shortestOutage;
    private final int mostSources;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Failing> sources = new LinkedHashMap<>();
    private long lastServed;
    private boolean doubtful;
    private @Nullable Long outage;

    /**
     * The failures of one source.
     *
     * @param first the first failure since its last success
     * @param ended whether it has succeeded since
     * @param alone whether calls of other sources succeeded while it failed
     */
    private record Failing(long first, long last, boolean ended, boolean alone) {}

    /** @param shortestOutage a shorter time without a successful call is no outage of the store */
    StoreFailures(Duration shortestOutage, long now) {
        this(shortestOutage, now, MOST_SOURCES);
    }

    StoreFailures(Duration shortestOutage, long now, int mostSources) {
        this.shortestOutage = shortestOutage.toNanos();
        this.lastServed = now;
        this.mostSources = mostSources;
    }

    /**
     * Records a call that succeeded.
     *
     * @param source the account, or the operation if it concerns no account
     */
    void succeeded(Object source, long began, long ended) {
        lock.lock();
        try {
            if (doubtful && ended - lastServed > shortestOutage) {
                outage = ended - 1;
            }
            doubtful = false;
            lastServed = later(lastServed, began);
            Failing known = sources.get(source);
            if (known != null) {
                sources.put(source, new Failing(known.first, known.last, true, known.alone));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Records a call that failed.
     *
     * @param source the account, or the operation if it concerns no account
     */
    void failed(Object source, long now) {
        lock.lock();
        try {
            Failing known = sources.remove(source);
            Failing next = known == null || known.ended
                    ? new Failing(now, now, false, false)
                    : new Failing(known.first, now, false, known.alone || lastServed - known.first > 0);
            sources.put(source, next);
            doubtful |= !next.alone;
            forgetTheOldest();
        } finally {
            lock.unlock();
        }
    }

    /** Counts the oldest failure for the whole store if there are more sources than are kept. */
    private void forgetTheOldest() {
        if (sources.size() > mostSources) {
            Iterator<Failing> oldest = sources.values().iterator();
            long last = oldest.next().last;
            oldest.remove();
            outage = outage == null ? last : Long.valueOf(later(outage, last));
        }
    }

    /** Returns whether calls about an account, or the whole store, have failed since {@code nanos}. */
    boolean since(TokenKey key, long nanos) {
        lock.lock();
        try {
            Failing own = sources.get(key);
            return (outage != null && outage - nanos >= 0) || (own != null && own.last - nanos >= 0);
        } finally {
            lock.unlock();
        }
    }

    private static long later(long one, long other) {
        return other - one > 0 ? other : one;
    }
}
