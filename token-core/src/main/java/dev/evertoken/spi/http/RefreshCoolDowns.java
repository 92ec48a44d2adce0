package dev.evertoken.spi.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers where a refresh did not help, so that an API that rejects every token of a grant (the wrong host,
 * region or application) does not have one refreshed at every request. Thread-safe.
 *
 * <p>A cool-down lasts a minute and doubles up to an hour each time that another refresh did not help either. It is
 * forgotten an hour after its end; a new grant starts without one.
 */
final class RefreshCoolDowns {

    static final Duration SHORTEST = Duration.ofMinutes(1);
    static final Duration LONGEST = Duration.ofHours(1);

    private static final int MOST_PLACES = 10_000;

    private final Cache<Place, Span> spans = Caffeine.newBuilder()
            .maximumSize(MOST_PLACES)
            .executor(Runnable::run)
            .build();

    /** Whose token, at which API. */
    record Place(String grantId, String host) {}

    private record Span(Instant from, Duration length) {
        Instant end() {
            return from.plus(length);
        }

        boolean covers(Instant now) {
            return !now.isBefore(from) && now.isBefore(end());
        }

        /** Returns the span after this one; many requests that fail together count once. */
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

    /** Notes that a refresh did not help, and returns until when there is none. */
    Instant begin(Place place, Instant now) {
        return spans.asMap()
                .merge(place, new Span(now, SHORTEST), (last, first) -> last.next(now))
                .end();
    }

    /** Returns until when nothing is refreshed because of this API; empty if it may be. */
    Optional<Instant> until(Place place, Instant now) {
        @Nullable Span span = spans.getIfPresent(place);
        return Optional.ofNullable(span).filter(one -> one.covers(now)).map(Span::end);
    }
}
