package dev.evertoken.model;

import java.time.Instant;
import java.util.Optional;

/**
 * The times of one generation of tokens. Immutable.
 *
 * @param issuedAt just before the request was sent that brought them
 * @param expiresAt end of the access token; empty if it has none
 * @param expiryAssumed true if the provider did not tell the end and a default stands there
 * @param refreshTokenExpiresAt end of the refresh token where the provider tells it
 * @param refreshAt when a refresh is due; empty if none ever is
 * @param notBefore the provider refuses to refresh earlier
 */
public record Lifetime(
        Instant issuedAt,
        Optional<Instant> expiresAt,
        boolean expiryAssumed,
        Optional<Instant> refreshTokenExpiresAt,
        Optional<Instant> refreshAt,
        Optional<Instant> notBefore) {

    /** Returns the schedule that these times amount to. */
    public Schedule schedule() {
        Instant end = expiresAt.orElse(Schedule.NEVER);
        Instant due = refreshAt.orElse(end);
        return new Schedule(due.isAfter(end) ? end : due, end);
    }

    /** Returns the same times with another {@code notBefore}. */
    public Lifetime notBefore(Instant earliest) {
        return new Lifetime(
                issuedAt, expiresAt, expiryAssumed, refreshTokenExpiresAt, refreshAt, Optional.of(earliest));
    }
}
