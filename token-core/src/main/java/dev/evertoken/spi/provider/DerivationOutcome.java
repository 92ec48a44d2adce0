package dev.evertoken.spi.provider;

import dev.evertoken.model.Problem;

/**
 * What came of one question to a {@link Derivation}; none of them spends anything. Immutable.
 *
 * @param <T> what was asked for
 */
public sealed interface DerivationOutcome<T> {

    /** The provider answered. */
    record Found<T>(T value) implements DerivationOutcome<T> {}

    /**
     * The provider refused in words that are known, or in others.
     *
     * @param verdict {@link TokenVerdict.Kind#GRANT_DEAD} if it is the parent's token that is not accepted, {@link
     *     TokenVerdict.Kind#ACCOUNT_UNUSABLE} if that one is and the derived account gets none all the same: it is
     *     gone, or the parent has lost its rights there
     */
    record Refused<T>(TokenVerdict verdict) implements DerivationOutcome<T> {}

    /**
     * The provider was not reached, or its answer did not come or was cut.
     *
     * @param problem what kept it back
     * @param detail one sentence without secrets
     */
    record Unanswered<T>(Problem problem, String detail) implements DerivationOutcome<T> {}
}
