package dev.evertoken.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The times of one generation of tokens. Immutable.
 *
 * @param issuedAt the time just before the request that returned the tokens was sent
 * @param expiresAt when the access token expires; empty if it does not; the epoch if there is no access token yet
 * @param expiryAssumed true if the provider did not state the expiry and {@code expiresAt} is a default
 * @param refreshTokenExpiresAt when the refresh token expires, if the provider states it
 * @param refreshAt when a refresh is due; empty if never
 * @param notBefore the time before which the provider refuses to refresh; empty if there is none
 */
public record Lifetime(
        Instant issuedAt,
        Optional<Instant> expiresAt,
        boolean expiryAssumed,
        Optional<Instant> refreshTokenExpiresAt,
        Optional<Instant> refreshAt,
        Optional<Instant> notBefore) {

    /**
     * Returns the times of an account that has a refresh token and no access token yet. A refresh is due at once, and
     * the access token counts as expired since the epoch, whatever the clock of a process shows.
     *
     * @param importedAt when the refresh token was stored
     */
    public static Lifetime ofRefreshToken(Instant importedAt, Optional<Instant> refreshTokenExpiresAt) {
        return new Lifetime(
                importedAt,
                Optional.of(Instant.EPOCH),
                false,
                refreshTokenExpiresAt,
                Optional.of(importedAt),
                Optional.empty());
    }

    /** Returns whether there is an access token, expired or not. */
    public boolean hasAccessToken() {
        return expiryAssumed || expiresAt.isEmpty() || expiresAt.get().isAfter(Instant.EPOCH);
    }

    /** Returns the schedule that results from these times. */
    public Schedule schedule() {
        Instant end = expiresAt.orElse(Schedule.NEVER);
        Instant due = refreshAt.orElse(end);
        return new Schedule(due.isAfter(end) ? end : due, end);
    }

    /**
     * Returns these times, moved into the past by as much as the time of issue is after {@code now}. A token cannot have
     * been issued in the future: the clock of the process that received it was ahead.
     */
    public Lifetime issuedNoLaterThan(Instant now) {
        if (!issuedAt.isAfter(now)) {
            return this;
        }
        Duration ahead = Duration.between(now, issuedAt);
        return new Lifetime(
                now,
                expiresAt.map(end -> end.minus(ahead)),
                expiryAssumed,
                refreshTokenExpiresAt,
                refreshAt.map(due -> due.minus(ahead)),
                notBefore.map(earliest -> earliest.minus(ahead)));
    }

    /** Returns the same times with another {@code notBefore}. */
    public Lifetime notBefore(Instant earliest) {
        return new Lifetime(
                issuedAt, expiresAt, expiryAssumed, refreshTokenExpiresAt, refreshAt, Optional.of(earliest));
    }
}
