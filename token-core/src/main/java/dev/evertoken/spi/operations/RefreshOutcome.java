package dev.evertoken.spi.operations;

import dev.evertoken.model.Problem;
import dev.evertoken.model.TokenKey;
import java.time.Instant;
import java.util.Optional;

/**
 * The outcome of {@link TokenOperations#refreshIfDue(TokenKey, int)}. Immutable.
 *
 * @param key the account
 * @param kind the result
 * @param problem the problem of an account that was not refreshed; empty if it has none
 * @param detail the problem in one sentence without secrets; empty text if there is none
 * @param nextAttempt the earliest time of the next attempt; empty if that is not known
 */
public record RefreshOutcome(
        TokenKey key, Kind kind, Optional<Problem> problem, String detail, Optional<Instant> nextAttempt) {

    /** The kinds of outcomes. Later versions may add constants: keep a default branch in a {@code switch}. */
    public enum Kind {
        /** The account has new tokens, from this process or from another one meanwhile. */
        REFRESHED,
        /** The account is not due, or not due any more: it was refreshed meanwhile, or its next attempt is later. */
        NOT_DUE,
        /** Another process has claimed the account; the next attempt is when the claim should have ended. */
        ELSEWHERE,
        /** The refresh has failed; the account is due again later. */
        FAILED,
        /** The grant is no longer valid, or cannot be refreshed: the user has to connect again. */
        NEEDS_RECONNECT,
        /** There is no such account. */
        NOT_CONNECTED,
        /** The record of the account cannot be read. */
        UNREADABLE,
        /** The store has not responded; nothing is known about the account. */
        STORE_FAILED
    }

    /** Returns an outcome without a problem. */
    public static RefreshOutcome of(TokenKey key, Kind kind) {
        return new RefreshOutcome(key, kind, Optional.empty(), "", Optional.empty());
    }

    /** Returns whether the account has new tokens. */
    public boolean isRefreshed() {
        return kind == Kind.REFRESHED;
    }
}
