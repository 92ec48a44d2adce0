package dev.evertoken.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What happened to an account, told to listeners after it is done. No event carries a secret. Immutable.
 *
 * <p>Switch on {@link #kind()}, or override one method of {@code TokenListener}.
 */
public sealed interface TokenEvent {

    /** Returns whose. */
    TokenKey key();

    /** Returns when. */
    Instant at();

    /** Returns which of the nested types this is. */
    Kind kind();

    /** The kinds of event, one for each nested type. */
    enum Kind {
        CONNECTED,
        REFRESHED,
        REFRESH_FAILED,
        REAUTHORIZATION_REQUIRED,
        ROTATION_AT_RISK,
        ROTATION_CONFLICT,
        RECOVERED,
        EXPIRES_SOON,
        SCOPE_REDUCED,
        DISCONNECTED,
        REVOCATION_ENDED,
        SERVED_STALE
    }

    /** An account was connected, or connected again with a new grant. */
    record Connected(TokenKey key, Instant at, AccountStatus status) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.CONNECTED;
        }
    }

    /**
     * New tokens are saved.
     *
     * @param rotated true if the refresh token is another one than before
     * @param took from claim to save
     */
    record Refreshed(
            TokenKey key, Instant at, long generation, boolean rotated, Optional<Instant> expiresAt, Duration took)
            implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REFRESHED;
        }
    }

    /**
     * A refresh failed, the tokens are kept; or, with {@link Problem#USER_LOOKUP_FAILED}, what they do not tell of the account
     * could not be looked up.
     *
     * @param state the connection's state now
     * @param nextAttempt not before then
     */
    record RefreshFailed(
            TokenKey key,
            Instant at,
            Problem problem,
            String detail,
            ConnectionState state,
            Optional<Instant> nextAttempt)
            implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REFRESH_FAILED;
        }
    }

    /** The provider said that the grant is dead; told once for each grant. */
    record ReauthorizationRequired(TokenKey key, Instant at, Problem problem, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REAUTHORIZATION_REQUIRED;
        }
    }

    /**
     * The provider has issued tokens that the store does not take; saving goes on.
     *
     * @param journaled true if they outlive this process, in the journal or in another place of the store; false if they
     *     are in memory alone
     */
    record RotationAtRisk(TokenKey key, Instant at, long generation, boolean journaled, String detail)
            implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.ROTATION_AT_RISK;
        }
    }

    /** Two holders refreshed one generation; the other one's tokens are in the store, ours are parked. */
    record RotationConflict(TokenKey key, Instant at, long generation, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.ROTATION_CONFLICT;
        }
    }

    /**
     * A connection is healthy again.
     *
     * @param from the state that it was in
     * @param lasted for how long
     */
    record Recovered(TokenKey key, Instant at, ConnectionState from, Duration lasted) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.RECOVERED;
        }
    }

    /**
     * It became known that a connection ends although it is refreshed, or that it ends earlier than was known: from then
     * on only a person who connects again helps. {@link AccountStatus#reconnectBy()} tells the same.
     *
     * @param reconnectBy when it ends
     */
    record ExpiresSoon(TokenKey key, Instant at, Instant reconnectBy) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.EXPIRES_SOON;
        }
    }

    /** The provider granted less than before. */
    record ScopeReduced(TokenKey key, Instant at, Set<String> lost) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.SCOPE_REDUCED;
        }
    }

    /** An account was disconnected here. */
    record Disconnected(TokenKey key, Instant at) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.DISCONNECTED;
        }
    }

    /**
     * The store does not answer, and an account is served from this process's memory or from a copy in another place;
     * told once for each account and outage. What such a copy says may be old: a token that must not be spent twice is
     * not refreshed meanwhile.
     *
     * @param generation which tokens of the grant are served
     * @param detail why the store itself was not asked, in one sentence
     */
    record ServedStale(TokenKey key, Instant at, long generation, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.SERVED_STALE;
        }
    }

    /**
     * A revocation that the provider did not answer at once has come to its end.
     *
     * @param outcome what became of the tokens there
     */
    record RevocationEnded(TokenKey key, Instant at, Revocation.Outcome outcome, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REVOCATION_ENDED;
        }
    }
}
