package dev.evertoken.model;

import java.time.Instant;

/**
 * When a token should be refreshed and when it ends, decided once when it is published.
 *
 * <p>Immutable.
 *
 * @param refreshAt from then on a refresh is started behind the caller; not after {@code expiresAt}
 * @param expiresAt from then on callers wait; {@link #NEVER} for a token without an end
 */
public record Schedule(Instant refreshAt, Instant expiresAt) {

    /** An end that is never reached. */
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

    /** Returns the schedule of a token that never ends. */
    public static Schedule never() {
        return new Schedule(NEVER, NEVER);
    }

    /** Judges the token at {@code now}. Pure. */
    public Freshness freshness(Instant now) {
        if (now.isBefore(refreshAt)) {
            return Freshness.FRESH;
        }
        return now.isBefore(expiresAt) ? Freshness.STALE : Freshness.EXPIRED;
    }
}
