package dev.evertoken.spi.http;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Remembers APIs for which a refresh did not help, so that an API that rejects every token of a grant (wrong host,
 * region or application) does not cause a refresh for every request. Thread-safe.
 *
 * <p>A cool-down lasts one minute. Each further refresh that does not help doubles it, up to one hour. It is forgotten
 * one hour after its end; a new grant starts without one.
 */
final class RefreshCoolDowns {

    static final Duration SHORTEST = Duration.ofMinutes(1);
    static final Duration LONGEST = Duration.ofHours(1);

    private static final int MOST_PLACES = 10_000;

    private final ReentrantLock lock = new ReentrantLock();

    /** The cool-downs; the one that was not used for the longest time is dropped first. Guarded by the lock. */
    private final Map<Place, Span> spans = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Span> eldest) {
            return size() > MOST_PLACES;
        }
    };

    /** The grant of a token and the host of the API that rejected it. */
    record Place(String grantId, String host) {}

    private record Span(Instant from, Duration length) {
        Instant end() {
            return from.plus(length);
        }

        boolean covers(Instant now) {
            return !now.isBefore(from) && now.isBefore(end());
        }

        /** Returns the cool-down after this one; requests that fail during the same cool-down count once. */
        Span next(Instant now) {
            if (covers(now)) {
                return this;
            }
            boolean recent = !now.isBefore(from) && now.isBefore(end().plus(LONGEST));
            Duration doubled = length.multipliedBy(2);
            Duration longer = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
            return new Span(now, recent ? longer : SHORTEST);
        }
    }

    /** Records that a refresh did not help and returns the end of the cool-down. */
    Instant begin(Place place, Instant now) {
        lock.lock();
        try {
            return spans.merge(place, new Span(now, SHORTEST), (last, first) -> last.next(now))
                    .end();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the end of the current cool-down of this API; empty if there is none. */
    Optional<Instant> until(Place place, Instant now) {
        @Nullable Span span;
        lock.lock();
        try {
            span = spans.get(place);
        } finally {
            lock.unlock();
        }
        return Optional.ofNullable(span).filter(one -> one.covers(now)).map(Span::end);
    }
}
