package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * What a token endpoint's refusal means. Immutable.
 *
 * @param kind what the engine does about it
 * @param problem what the caller is told
 * @param until no attempt before then, where the provider tells it
 * @param detail the case in one sentence, as {@code token endpoint answered 400 invalid_grant}; never a body
 */
public record TokenVerdict(Kind kind, Problem problem, Optional<Instant> until, String detail) {

    /** What the engine does about it. */
    public enum Kind {
        /** The grant is dead: mark it after a re-read. */
        GRANT_DEAD,
        /** The client is wrong: one breaker for all its accounts, no account marked. */
        CLIENT_INVALID,
        /** Too many calls: the client pauses. */
        RATE_LIMITED,
        /** A known passing failure. */
        TRANSIENT,
        /** Tokens fine, account not. */
        ACCOUNT_UNUSABLE,
        /** The application is blocked: as {@link #CLIENT_INVALID}. */
        APP_BLOCKED,
        /** The requested scope is wrong. */
        SCOPE_INVALID,
        /** Too early for a refresh: keep the access token. */
        NOT_YET,
        /** No rule knows it: transient, counted. */
        UNKNOWN
    }

    /** Returns a verdict without a time. */
    public static TokenVerdict of(Kind kind, Problem problem, String detail) {
        return new TokenVerdict(kind, problem, Optional.empty(), detail);
    }

    /** Returns this verdict with a time before which nothing is tried. */
    public TokenVerdict until(Instant moment) {
        return new TokenVerdict(kind, problem, Optional.of(moment), detail);
    }
}
