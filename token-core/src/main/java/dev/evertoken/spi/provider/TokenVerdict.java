package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * The meaning of a refusal by a token endpoint. Immutable.
 *
 * @param kind the reaction of the engine
 * @param problem the problem reported to the caller
 * @param until the earliest time of the next attempt, if the provider states it
 * @param detail one sentence on the case, such as {@code token endpoint answered 400 invalid_grant}; never a body
 */
public record TokenVerdict(Kind kind, Problem problem, Optional<Instant> until, String detail) {

    /** The reaction of the engine. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Kind {
        /** The grant is no longer valid: mark the account, after reading its record again. */
        GRANT_DEAD,
        /** The client is rejected: open one breaker for all its accounts, mark no account. */
        CLIENT_INVALID,
        /**
         * Too many calls: pause the client for at most five minutes, and the account for as long as {@link #until} says.
         * Another account then finds out whether the limit concerns the client.
         */
        RATE_LIMITED,
        /** A known transient failure. */
        TRANSIENT,
        /** The tokens are valid, but the account cannot be used. */
        ACCOUNT_UNUSABLE,
        /** The application is blocked: handled like {@link #CLIENT_INVALID}. */
        APP_BLOCKED,
        /** A requested scope is invalid. */
        SCOPE_INVALID,
        /**
         * It is too early for a refresh, or a check of the token was inconclusive: keep the access token, record no
         * failure, and make no call for the account before {@code until}.
         */
        NOT_YET,
        /** No rule recognizes the response: a transient failure that is counted. */
        UNKNOWN
    }

    /** Returns a verdict without a time. */
    public static TokenVerdict of(Kind kind, Problem problem, String detail) {
        return new TokenVerdict(kind, problem, Optional.empty(), detail);
    }

    /** Returns this verdict with the earliest time of the next attempt. */
    public TokenVerdict until(Instant moment) {
        return new TokenVerdict(kind, problem, Optional.of(moment), detail);
    }
}
