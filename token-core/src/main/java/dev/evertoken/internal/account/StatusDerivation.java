package dev.evertoken.internal.account;

import dev.evertoken.internal.client.TokenExceptions;
import dev.evertoken.internal.refresh.Obstacle;
import dev.evertoken.model.AccountStatus;
import dev.evertoken.model.ConnectionState;
import dev.evertoken.model.Problem;
import dev.evertoken.model.Remedy;
import dev.evertoken.model.TokenKey;
import dev.evertoken.spi.Timekeeper;
import dev.evertoken.spi.store.Claim;
import dev.evertoken.spi.store.Health;
import dev.evertoken.spi.store.TokenRecord;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * Derives the status of an account from its record and from the obstacle of a request for its token, if there is one.
 * Reads no store. Thread-safe.
 */
final class StatusDerivation {

    private final TokenExceptions exceptions;
    private final Timekeeper time;

    StatusDerivation(TokenExceptions exceptions, Timekeeper time) {
        this.exceptions = exceptions;
        this.time = time;
    }

    /**
     * Returns a status.
     *
     * @param obstacle why a request for the token fails, or why the token cannot be refreshed; empty if it can
     * @param unsaved whether this host has newer tokens than the store
     * @param staleSince since when the store has failed, if the record is a copy
     */
    AccountStatus of(TokenRecord record, Optional<Obstacle> obstacle, boolean unsaved, Optional<Instant> staleSince) {
        Health health = obstacle.map(why -> health(record, why)).orElseGet(() -> aged(record));
        return AccountStatus.builder(record.key(), health.state(), health.since())
                .problem(health.problem())
                .detail(obstacle.map(Obstacle::detail).orElse(record.failures().detail()))
                .consentedAt(record.grant().consentedAt())
                .generation(record.generation())
                .subject(record.subject())
                .parent(record.parent())
                .requestedScopes(record.requestedScopes())
                .grantedScopes(record.grantedScopes())
                .issuedAt(Optional.of(record.lifetime().issuedAt()))
                .expiresAt(record.lifetime().expiresAt())
                .refreshAt(record.lifetime().refreshAt())
                .reconnectBy(record.endsAt())
                .nextAttempt(
                        obstacle.isPresent()
                                ? obstacle.get().retryAt()
                                : record.failures().nextAttempt())
                .claimOwner(record.claim().map(Claim::owner))
                .staleSince(staleSince)
                .unsaved(unsaved)
                .reconnectUrl(reconnectUrl(record.key(), health, obstacle))
                .build();
    }

    /** Returns the status of an account whose record cannot be read. */
    AccountStatus unreadable(TokenKey key, Obstacle why, boolean unsaved) {
        boolean isReplaceable = why.problem() == Problem.RECORD_UNREADABLE;
        return AccountStatus.builder(key, ConnectionState.UNREADABLE, time.now())
                .problem(Optional.of(why.problem()))
                .detail(why.detail())
                .unsaved(unsaved)
                .reconnectUrl(isReplaceable ? exceptions.reconnectUrl(key) : Optional.empty())
                .build();
    }

    /** Returns the stored health if the record has the same problem, otherwise the health that follows from it. */
    private Health health(TokenRecord record, Obstacle why) {
        Health stored = record.health();
        if (why.parent().isEmpty() && stored.problem().equals(Optional.of(why.problem()))) {
            return aged(record);
        }
        ConnectionState state = state(why);
        return new Health(state, Optional.of(why.problem()), since(record, why, state));
    }

    private static ConnectionState state(Obstacle why) {
        ConnectionState byAge = why.served() ? ConnectionState.DEGRADED : ConnectionState.STALLED;
        if (why.parent().isEmpty()) {
            return why.problem().state().orElse(byAge);
        }
        if (why.problem().remedy() != Remedy.RECONNECT) {
            return byAge;
        }
        return why.served() ? ConnectionState.NOT_REFRESHABLE : ConnectionState.NEEDS_REAUTH;
    }

    /** Returns when a state began. An account that still had a token is stalled since the token expired. */
    private Instant since(TokenRecord record, Obstacle why, ConnectionState state) {
        if (state == record.health().state()) {
            return record.health().since();
        }
        if (state == ConnectionState.UNREADABLE) {
            return time.now();
        }
        Instant began = why.since()
                .orElse(
                        why.parent().isPresent()
                                ? record.updatedAt()
                                : record.health().since());
        Instant end = record.lifetime().schedule().expiresAt();
        boolean endedSince = !why.served() && began.isBefore(end) && !time.now().isBefore(end);
        return endedSince && state != ConnectionState.UNCERTAIN ? end : began;
    }

    /** Returns the stored health; over time a failing account changes from DEGRADED to STALLED. */
    private Health aged(TokenRecord record) {
        Health stored = record.health();
        Instant end = record.lifetime().schedule().expiresAt();
        return stored.state() == ConnectionState.DEGRADED && !time.now().isBefore(end)
                ? new Health(ConnectionState.STALLED, stored.problem(), end)
                : stored;
    }

    /** Returns the address for the account to reconnect, which may be the parent. */
    private Optional<URI> reconnectUrl(TokenKey key, Health health, Optional<Obstacle> obstacle) {
        return health.problem()
                .filter(problem -> problem.remedy() == Remedy.RECONNECT)
                .flatMap(problem -> exceptions.reconnectUrl(
                        obstacle.flatMap(Obstacle::parent).orElse(key)));
    }
}
