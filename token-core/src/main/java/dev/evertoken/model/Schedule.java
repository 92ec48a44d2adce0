package dev.evertoken.model;

import java.time.Instant;

/**
 * When a token is refreshed and when it expires; decided once, when the token is published. Immutable.
 *
 * @param refreshAt from this time on a refresh is started in the background; not after {@code expiresAt}
 * @param expiresAt from this time on callers wait for a refresh; {@link #NEVER} for a token that does not expire
 */
public record Schedule(Instant refreshAt, Instant expiresAt) {

    /** The expiry time of a token that does not expire. */
    public static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    /** The state of a token at one moment. */
    public enum Freshness {
        /** It is returned as it is. */
        FRESH,
        /** It is returned, and a background refresh starts. */
        STALE,
        /** Callers wait for a refresh. */
        EXPIRED
    }

    public Schedule {
        if (refreshAt.isAfter(expiresAt)) {
            throw new IllegalArgumentException("refreshAt " + refreshAt + " is after expiresAt " + expiresAt);
        }
    }

    /** Returns the schedule of a token that does not expire. */
    public static Schedule never() {
        return new Schedule(NEVER, NEVER);
    }

    /** Returns how the token is used at {@code now}; a pure function. */
    public Freshness freshness(Instant now) {
        if (now.isBefore(refreshAt)) {
            return Freshness.FRESH;
        }
        return now.isBefore(expiresAt) ? Freshness.STALE : Freshness.EXPIRED;
    }
}
