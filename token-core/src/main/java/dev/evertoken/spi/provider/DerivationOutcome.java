package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/**
 * The outcome of one call of a {@link Derivation}; no outcome uses up a token. Immutable.
 *
 * <p>Later versions may add subtypes: keep a default branch.
 *
 * @param <T> the type of the result
 */
public sealed interface DerivationOutcome<T> {

    /** The provider returned a result. */
    record Found<T>(T value) implements DerivationOutcome<T> {}

    /**
     * The provider refused, with a response that its dialect may or may not recognize.
     *
     * @param verdict {@link TokenVerdict.Kind#GRANT_DEAD} if the parent's token is not accepted;
     *     {@link TokenVerdict.Kind#ACCOUNT_UNUSABLE} if it is accepted but the derived account gets no token, because
     *     the account is gone or the parent has lost its rights there
     */
    record Refused<T>(TokenVerdict verdict) implements DerivationOutcome<T> {}

    /**
     * The provider was not reached, or its response was missing or incomplete.
     *
     * @param problem the cause
     * @param detail one sentence without secrets
     */
    record Unanswered<T>(Problem problem, String detail) implements DerivationOutcome<T> {}
}
