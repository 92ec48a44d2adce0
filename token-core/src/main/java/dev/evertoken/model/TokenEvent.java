package dev.evertoken.model;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An event of an account, delivered to listeners after the fact. No event carries a secret. Immutable.
 *
 * <p>Switch on {@link #kind()}, or override one method of {@code TokenListener}. Later versions may add kinds and
 * subtypes: keep a default branch in a {@code switch}.
 */
public sealed interface TokenEvent {

    /** Returns the account. */
    TokenKey key();

    /** Returns when the event happened. */
    Instant at();

    /** Returns which of the nested types this event is. */
    Kind kind();

    /** The kinds of events, one for each nested type. Later versions may add constants. */
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
        SERVED_STALE,
        CLAIM_UNCONFIRMED,
        CONSENT_LOST,
        MANY_TOKENS_REFUSED,
        REFRESH_BACKLOG
    }

    /** An account was connected, or connected again with a new grant. */
    record Connected(TokenKey key, Instant at, AccountStatus status) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.CONNECTED;
        }
    }

    /**
     * New tokens were saved.
     *
     * @param rotated true if the refresh token changed
     * @param took the time from the claim to the save
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
     * A refresh failed and the current tokens were kept. With {@link Problem#USER_LOOKUP_FAILED} the refresh succeeded,
     * but a lookup of account data that is not in the token response failed.
     *
     * @param state the connection's state after the failure
     * @param nextAttempt the earliest time of the next attempt; the exceptions and the status of the account have the
     *     same time
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

    /**
     * The provider reported that the grant is no longer valid; published once for each time that the account is marked.
     */
    record ReauthorizationRequired(TokenKey key, Instant at, Problem problem, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REAUTHORIZATION_REQUIRED;
        }
    }

    /**
     * The provider issued tokens that the store does not accept; the library keeps trying to save them.
     *
     * @param journaled true if the tokens outlive this process, in the journal or in another place of the store; false
     *     if they are only in memory
     */
    record RotationAtRisk(TokenKey key, Instant at, long generation, boolean journaled, String detail)
            implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.ROTATION_AT_RISK;
        }
    }

    /**
     * Two claim holders refreshed the same generation; the store has the tokens of the other one, those of this process
     * are set aside.
     */
    record RotationConflict(TokenKey key, Instant at, long generation, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.ROTATION_CONFLICT;
        }
    }

    /**
     * A connection is healthy again.
     *
     * @param from the previous state
     * @param lasted how long that state lasted
     */
    record Recovered(TokenKey key, Instant at, ConnectionState from, Duration lasted) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.RECOVERED;
        }
    }

    /**
     * It became known that a connection will end even if it is refreshed, or that it ends earlier than was known
     * before. Once it has ended, only the user can restore it, by connecting again. {@link AccountStatus#reconnectBy()}
     * returns the same time.
     *
     * @param reconnectBy when the connection ends
     */
    record ExpiresSoon(TokenKey key, Instant at, Instant reconnectBy) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.EXPIRES_SOON;
        }
    }

    /** The provider granted fewer scopes than before. */
    record ScopeReduced(TokenKey key, Instant at, Set<String> lost) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.SCOPE_REDUCED;
        }
    }

    /**
     * An account was disconnected.
     *
     * @param grant the grant that was removed; empty if its record could not be read
     */
    record Disconnected(TokenKey key, Instant at, Optional<Grant> grant) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.DISCONNECTED;
        }
    }

    /**
     * The store is unavailable, and an account is served from the memory of this process or from a copy in another
     * place; published once for each account and outage. Such a copy may be out of date: a refresh token that must not
     * be used twice is not used during the outage.
     *
     * @param generation the generation of the served tokens
     * @param detail one sentence on why the store itself was not used
     */
    record ServedStale(TokenKey key, Instant at, long generation, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.SERVED_STALE;
        }
    }

    /**
     * The tokens of a new consent, which the store had not accepted, were given up: the store did not accept them for 24
     * hours, or they must no longer be stored. The account is as it was before the consent; ask the user to consent
     * again. {@link RotationAtRisk} preceded this event.
     *
     * @param detail one sentence on the reason
     */
    record ConsentLost(TokenKey key, Instant at, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.CONSENT_LOST;
        }
    }

    /**
     * A revocation that the provider did not complete at once has ended.
     *
     * @param outcome the final outcome at the provider
     */
    record RevocationEnded(TokenKey key, Instant at, Revocation.Outcome outcome, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REVOCATION_ENDED;
        }
    }

    /**
     * A refresh token that must not be used twice was sent although no replica of the store had confirmed the claim in
     * time. If the store fails over now, another process may use the same refresh token.
     */
    record ClaimUnconfirmed(TokenKey key, Instant at, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.CLAIM_UNCONFIRMED;
        }
    }

    /**
     * Within minutes, a provider refused the tokens of so many accounts of one client that the users are unlikely to be
     * the cause. None of these accounts was marked, and no token of the client is checked for an hour. Check the client
     * in the provider's console. An account whose token is refused a day later as well is marked. The event concerns
     * the whole client; its account is the one that was refused last.
     *
     * @param accounts the number of refused accounts
     */
    record ManyTokensRefused(TokenKey key, Instant at, int accounts, String detail) implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.MANY_TOKENS_REFUSED;
        }
    }

    /**
     * Due accounts wait too long for a background refresh, so that tokens will expire before they are refreshed: more
     * accounts become due than the rate, a quota or a provider allows. Published once until the backlog is over. The
     * event concerns all accounts; its account is the one that has been due for the longest time.
     *
     * @param overdue how long that account has been due
     * @param waiting the accounts of its client that were found to be due and wait; at most 1,000 are read ahead
     * @param detail one sentence without secrets
     */
    record RefreshBacklog(TokenKey key, Instant at, Duration overdue, int waiting, String detail)
            implements TokenEvent {
        @Override
        public Kind kind() {
            return Kind.REFRESH_BACKLOG;
        }
    }
}
