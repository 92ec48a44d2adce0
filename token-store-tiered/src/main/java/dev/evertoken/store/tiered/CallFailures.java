package dev.evertoken.store.tiered;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The failed calls of one tier by their subject: an account, or an operation that concerns no single account.
 *
 * <p>A subject whose call was cut off at the deadline is not called for a period that grows with each cut-off, so that a
 * slow record costs the callers of other accounts nothing. The calls that still run in the store are limited too: a
 * subject with three of them waits until one returns, at most for some minutes. Only cut-offs of several subjects, with no
 * success in between, show that the store itself does not respond.
 *
 * <p>Bounded: of many failed subjects, the earliest are forgotten and called as if they had not failed. Thread-safe.
 */
final class CallFailures {

    private static final int MAX_SUBJECTS = 1_000;
    private static final int SEVERAL = 3;
    private static final int MAX_ABANDONED = 3;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);
    private static final Duration MAX_RUN = Duration.ofMinutes(5);

    private final Duration deadline;

    /** The number of times that the store responded after a failure. */
    private final AtomicLong recoveries = new AtomicLong();

    private final ConcurrentMap<Object, Failure> bySubject = bounded();

    /**
     * The failures of one subject since the failed operation last succeeded; times are on the monotonic clock.
     *
     * @param operation the last one that failed
     * @param cutOffs the number of calls that exceeded the deadline
     * @param at the time of the last failure
     * @param pausedUntil the end of the pause, if there was a cut-off
     * @param running the number of calls that were cut off and have not returned
     * @param recoveries the recoveries before the last failure
     */
    private record Failure(String operation, int cutOffs, long at, long pausedUntil, int running, long recoveries) {

        boolean isPaused(long now) {
            boolean blocked = running >= MAX_ABANDONED && now - at < MAX_RUN.toNanos();
            return cutOffs > 0 && (pausedUntil - now > 0 || blocked);
        }

        Failure pausedUntil(long nanos) {
            return new Failure(operation, cutOffs, at, nanos, running, recoveries);
        }

        Failure returned() {
            return new Failure(operation, cutOffs, at, pausedUntil, Math.max(0, running - 1), recoveries);
        }
    }

    CallFailures(Duration deadline) {
        this.deadline = deadline;
    }

    private static ConcurrentMap<Object, Failure> bounded() {
        Cache<Object, Failure> cache = Caffeine.newBuilder()
                .maximumSize(MAX_SUBJECTS)
                .executor(Runnable::run)
                .build();
        return cache.asMap();
    }

    boolean isPaused(Object subject, long now) {
        Failure known = bySubject.get(subject);
        return known != null && known.isPaused(now);
    }

    boolean isCutOff(Object subject) {
        Failure known = bySubject.get(subject);
        return known != null && known.cutOffs() > 0;
    }

    /** Permits a call; after a pause only the first caller may proceed until the outcome is known. */
    boolean tryEnter(Object subject, long now) {
        while (true) {
            Failure known = bySubject.get(subject);
            if (known == null || known.cutOffs() == 0) {
                return true;
            }
            if (known.isPaused(now)) {
                return false;
            }
            if (bySubject.replace(subject, known, known.pausedUntil(now + deadline.toNanos()))) {
                return true;
            }
        }
    }

    /**
     * Records a call that failed at once.
     *
     * @return whether it says something about the store: false if the subject failed before, and the store has responded
     *     since then
     */
    boolean failed(Object subject, String operation, long now) {
        Failure before = bySubject.get(subject);
        bySubject.compute(
                subject,
                (same, known) -> known == null
                        ? new Failure(operation, 0, now, now, 0, recoveries.get())
                        : new Failure(
                                operation,
                                known.cutOffs(),
                                now,
                                known.pausedUntil(),
                                known.running(),
                                recoveries.get()));
        return isFirst(before);
    }

    /**
     * Records a call that exceeded the deadline and may still run; {@link #returned} ends it.
     *
     * @return as for {@link #failed}
     */
    boolean cutOff(Object subject, String operation, long now) {
        Failure before = bySubject.get(subject);
        bySubject.compute(subject, (same, known) -> {
            int times = known == null ? 1 : known.cutOffs() + 1;
            int running = known == null ? 1 : known.running() + 1;
            return new Failure(operation, times, now, now + pause(times).toNanos(), running, recoveries.get());
        });
        return isFirst(before);
    }

    private boolean isFirst(@Nullable Failure before) {
        return before == null || before.recoveries() == recoveries.get();
    }

    /** Records that a call that was cut off has returned, or has never started. */
    void returned(Object subject) {
        bySubject.computeIfPresent(subject, (same, known) -> known.returned());
    }

    /** Returns whether several subjects were cut off recently with no success in between. */
    boolean areSeveral(long now) {
        return bySubject.values().stream()
                        .filter(known -> known.cutOffs() > 0
                                && known.recoveries() == recoveries.get()
                                && now - known.at() < WINDOW.toNanos())
                        .limit(SEVERAL)
                        .count()
                == SEVERAL;
    }

    /** Records that the store has responded. */
    void succeeded(Object subject, String operation) {
        if (!bySubject.isEmpty()) {
            bySubject.computeIfPresent(
                    subject,
                    (same, known) -> known.operation().equals(operation) ? null : known.pausedUntil(known.at()));
            recoveries.incrementAndGet();
        }
    }

    /** Forgets all failures, which were those of the store. */
    void clear() {
        bySubject.clear();
    }

    /** Returns the pause after a number of cut-offs. */
    Duration pause(int cutOffs) {
        Duration pause = deadline.multipliedBy(1L << Math.min(cutOffs - 1, 10));
        return pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE;
    }
}
